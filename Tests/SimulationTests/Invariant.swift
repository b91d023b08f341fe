/// What must hold at every moment of every transfer.
enum Invariant: String, CaseIterable {
  /// From hold to end the caller hears music, a message or a person.
  case callerHearsSomething
  /// We hang up no caller whom the settings do not tell us to hang up.
  case callerSurvives
  /// Caller and person are in one bridge only after that person has pressed the accept keys.
  case nobodyHearsBeforeAccepting
  /// Who presses the accept keys in time gets the call.
  case acceptanceIsHonoured
  /// At most one person is connected, and nobody is rung for two callers at once.
  case onePersonAtATime
  /// A conversation ends when somebody hangs up or calls it off.
  case talkIsUndisturbed
  /// Every transfer ends once, with a result that is true, and the dialplan reads the same.
  case endsOnce
  /// After the end nothing of it is left in Asterisk, and no speech.
  case nothingIsLeft
  case endsInTime
  /// Of those who wait for somebody, the one with the highest priority is rung for next, and of the same priority the one
  /// who has waited longest. Who cannot get one person keeps nobody from another.
  case servedInTurn
  /// Nobody is idle while somebody waits who may have them.
  case nobodyIdles
  /// Nobody's phone rings twice for one try, or more often than was set, and whoever was promised a call is called.
  case calledOnce
  /// Who is to be answered when somebody has accepted is answered then, and hears nothing but music before.
  case answeredOnAcceptance
  /// A bounded number of commands and events for each transfer.
  case staysCalm
}

struct Violation: CustomStringConvertible {
  let invariant: Invariant
  let detail: String

  var description: String { "\(invariant): \(detail)" }
}
