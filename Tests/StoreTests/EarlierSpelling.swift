/// Rows as versions before this one have written them: events, and what was done about them.
enum EarlierSpelling {
  static let events = #"""
    {"resumed":{}}
    {"asteriskRestarted":{}}
    {"dispatched":{"_0":{"refuse":{"_0":"We are closed."}}}}
    {"dispatched":{"_0":{"failed":{"_0":"500"}}}}
    {"dispatched":{"_0":{"ring":{"_0":{"name":"p","spokenName":"the p","strategy":"all","targets":[]},\#
    "facts":[{"isSpoken":true,"label":"Tier","name":"tier","value":"gold"}]}}}}
    {"summarized":{"_0":"Short."}}
    {"summaryFailed":{"_0":"500"}}
    {"caller":{"_0":{"strayed":{}}}}
    {"caller":{"_0":{"hungUp":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"accepted":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"declined":{}}}}
    {"timerFired":{"_0":{"dispatch":{}}}}
    {"requested":{}}
    {"cancelRequested":{}}
    {"granted":{"_0":"alice"}}
    {"passedOver":{"_0":"bob","_1":"BUSY"}}
    {"caller":{"_0":{"enteredHold":{}}}}
    {"caller":{"_0":{"enteredTalk":{}}}}
    {"caller":{"_0":{"pressed":{"_0":"#"}}}}
    {"caller":{"_0":{"becameChannel":{"_0":"c.2"}}}}
    {"caller":{"_0":{"moveFailed":{}}}}
    {"caller":{"_0":{"left":{}}}}
    {"caller":{"_0":{"takenAway":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"rang":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"answered":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"pressed":{"_0":"*"}}}}
    {"leg":{"_0":{"number":2},"_1":{"enteredTalk":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"becameChannel":{"_0":"l.2"}}}}
    {"leg":{"_0":{"number":2},"_1":{"earOpened":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"earClosed":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"greetingEnded":{}}}}
    {"leg":{"_0":{"number":2},"_1":{"detected":{"_0":{"cause":"LONGGREETING-1500-1500","verdict":"machine"}}}}}
    {"leg":{"_0":{"number":2},"_1":{"ended":{"_0":{"code":16}}}}}
    {"speechReady":{"_0":{"announcement":{}},"_1":{"file":"speech","length":[0,"12000000000000000000"]}}}
    {"speechFailed":{"_0":{"announcement":{}},"_1":"no voice 'xx'"}}
    {"speechReady":{"_0":{"comfort":{}},"_1":{"file":"speech","length":[0,"12000000000000000000"]}}}
    {"speechFailed":{"_0":{"comfort":{}},"_1":"no voice 'xx'"}}
    {"speechReady":{"_0":{"briefing":{"_0":{"number":2}}},"_1":{"file":"speech","length":[0,"12000000000000000000"]}}}
    {"speechFailed":{"_0":{"briefing":{"_0":{"number":2}}},"_1":"no voice 'xx'"}}
    {"speechReady":{"_0":{"reminder":{"_0":{"number":2}}},"_1":{"file":"speech","length":[0,"12000000000000000000"]}}}
    {"speechFailed":{"_0":{"reminder":{"_0":{"number":2}}},"_1":"no voice 'xx'"}}
    {"speechReady":{"_0":{"message":{"_0":{"number":2}}},"_1":{"file":"speech","length":[0,"12000000000000000000"]}}}
    {"speechFailed":{"_0":{"message":{"_0":{"number":2}}},"_1":"no voice 'xx'"}}
    {"speechReady":{"_0":{"taken":{}},"_1":{"file":"speech","length":[0,"12000000000000000000"]}}}
    {"speechFailed":{"_0":{"taken":{}},"_1":"no voice 'xx'"}}
    {"speechReady":{"_0":{"mergePrompt":{}},"_1":{"file":"speech","length":[0,"12000000000000000000"]}}}
    {"speechFailed":{"_0":{"mergePrompt":{}},"_1":"no voice 'xx'"}}
    {"speechReady":{"_0":{"farewell":{}},"_1":{"file":"speech","length":[0,"12000000000000000000"]}}}
    {"speechFailed":{"_0":{"farewell":{}},"_1":"no voice 'xx'"}}
    {"playbackEnded":{"_0":{"announcement":{}}}}
    {"playbackEnded":{"_0":{"comfort":{"_0":3}}}}
    {"playbackEnded":{"_0":{"briefing":{"_0":{"number":2},"hearing":2}}}}
    {"playbackEnded":{"_0":{"reminder":{"_0":{"number":2},"_1":1}}}}
    {"playbackEnded":{"_0":{"message":{"_0":{"number":2}}}}}
    {"playbackEnded":{"_0":{"taken":{"_0":{"number":2}}}}}
    {"playbackEnded":{"_0":{"mergePrompt":{}}}}
    {"playbackEnded":{"_0":{"farewell":{}}}}
    {"timerFired":{"_0":{"hold":{}}}}
    {"timerFired":{"_0":{"ring":{"_0":{"number":2}}}}}
    {"timerFired":{"_0":{"hearing":{"_0":{"number":2},"_1":1}}}}
    {"timerFired":{"_0":{"accept":{"_0":{"number":2},"hearing":1}}}}
    {"timerFired":{"_0":{"reminder":{"_0":{"number":2},"hearing":1}}}}
    {"timerFired":{"_0":{"screening":{"_0":{"number":2}}}}}
    {"timerFired":{"_0":{"greeting":{"_0":{"number":2}}}}}
    {"timerFired":{"_0":{"message":{"_0":{"number":2}}}}}
    {"timerFired":{"_0":{"comfort":{}}}}
    {"timerFired":{"_0":{"merge":{}}}}
    {"timerFired":{"_0":{"farewell":{}}}}
    {"timerFired":{"_0":{"leave":{}}}}
    {"timerFired":{"_0":{"again":{"_0":{"release":{"_0":{"number":2}}}}}}}
    {"timerFired":{"_0":{"again":{"_0":{"closeEar":{"_0":{"number":2}}}}}}}
    {"timerFired":{"_0":{"again":{"_0":{"closeHold":{}}}}}}
    {"timerFired":{"_0":{"again":{"_0":{"closeTalk":{}}}}}}
    {"timerFired":{"_0":{"again":{"_0":{"stopMusic":{}}}}}}
    {"timerFired":{"_0":{"again":{"_0":{"liftDeadMansSwitch":{}}}}}}
    {"commandSucceeded":{"_0":{"openEar":{"_0":{"number":2}}}}}
    {"commandSucceeded":{"_0":{"closeEar":{"_0":{"number":2}}}}}
    {"commandSucceeded":{"_0":{"release":{"_0":{"number":2}}}}}
    {"commandSucceeded":{"_0":{"join":{"_0":{"number":2}}}}}
    {"commandSucceeded":{"_0":{"startTimer":{"_0":{"again":{"_0":{"release":{"_0":{"number":2}}}}},\#
    "at":{"milliseconds":1800000000000}}}}}
    {"commandSucceeded":{"_0":{"cancelTimer":{"_0":{"again":{"_0":{"release":{"_0":{"number":2}}}}}}}}}
    {"commandSucceeded":{"_0":{"startTimer":{"_0":{"again":{"_0":{"closeEar":{"_0":{"number":2}}}}},\#
    "at":{"milliseconds":1800000000000}}}}}
    {"commandSucceeded":{"_0":{"cancelTimer":{"_0":{"again":{"_0":{"closeEar":{"_0":{"number":2}}}}}}}}}
    {"commandFailed":{"_0":{"openTalk":{}},"_1":{"conflict":{"_0":"taken"}}}}
    {"commandFailed":{"_0":{"openTalk":{}},"_1":{"refused":{"_0":"500"}}}}
    {"commandFailed":{"_0":{"join":{"_0":{"number":2}}},"_1":{"gone":{}}}}
    {"commandFailed":{"_0":{"join":{"_0":{"number":2}}},"_1":{"unanswered":{"_0":"timed out"}}}}
    """#

  static let effects = #"""
    {"answerCaller":{}}
    {"openHold":{}}
    {"holdCaller":{}}
    {"closeHold":{}}
    {"startMusic":{"_0":"default"}}
    {"stopMusic":{}}
    {"discardSpeech":{}}
    {"openEar":{"_0":{"number":2}}}
    {"detect":{"_0":{"number":2},"_1":{"afterGreetingSilence":800,"betweenWords":50,"greeting":1500,\#
    "initialSilence":2500,"maximumWord":5000,"maximumWords":2,"minimumWord":100,"silenceThreshold":256,\#
    "totalAnalysis":5000}}}
    {"awaitSilence":{"_0":{"number":2}}}
    {"closeEar":{"_0":{"number":2}}}
    {"ring":{"_0":{"number":2},"_2":{"ofTheCaller":{}},"dialString":"PJSIP/1@trunk","limit":[1,\#
    "11553255926290448384"]}}
    {"ring":{"_0":{"number":2},"_2":{"fixed":{"name":"a\"b","number":"1"}},"dialString":"","limit":[0,0]}}
    {"release":{"_0":{"number":2}}}
    {"openTalk":{}}
    {"join":{"_0":{"number":2}}}
    {"closeTalk":{}}
    {"armDeadMansSwitch":{"_0":[5,"12766279631452241920"]}}
    {"liftDeadMansSwitch":{}}
    {"admitVoiceAgent":{"_0":"c","muted":true}}
    {"hangUpVoiceAgent":{"_0":"c"}}
    {"releaseFormer":{"_0":{"number":2}}}
    {"writeOutcome":{"_0":{"cause":"BUSY","result":"RETURNED","target":"alice","wait":[0,1234000000000000000]}}}
    {"returnCaller":{}}
    {"moveCaller":{"_1":{"cause":"COMPLETED","result":"CONNECTED","target":"alice","wait":[0,\#
    1234000000000000000]},"to":"app"}}
    {"hangUpCaller":{}}
    {"play":{"_0":{"file":"speech","length":[0,"12000000000000000000"]},"as":{"farewell":{}},"to":{"caller":{}}}}
    {"play":{"_0":{"file":"speech","length":[0,"12000000000000000000"]},"as":{"mergePrompt":{}},"to":{"talk":{}}}}
    {"play":{"_0":{"file":"speech","length":[0,"12000000000000000000"]},"as":{"taken":{"_0":{"number":2}}},\#
    "to":{"leg":{"_0":{"number":2}}}}}
    {"prepareSpeech":{"_0":{"announcement":{}},"_2":{"name":"en","pitch":50,"volume":100,"wordsPerMinute":160},\#
    "text":"A \"text\"\n"}}
    {"prepareSpeech":{"_0":{"comfort":{}},"_2":{"name":"en","pitch":50,"volume":100,"wordsPerMinute":160},\#
    "text":"A \"text\"\n"}}
    {"prepareSpeech":{"_0":{"briefing":{"_0":{"number":2}}},"_2":{"name":"en","pitch":50,"volume":100,\#
    "wordsPerMinute":160},"text":"A \"text\"\n"}}
    {"prepareSpeech":{"_0":{"reminder":{"_0":{"number":2}}},"_2":{"name":"en","pitch":50,"volume":100,\#
    "wordsPerMinute":160},"text":"A \"text\"\n"}}
    {"prepareSpeech":{"_0":{"message":{"_0":{"number":2}}},"_2":{"name":"en","pitch":50,"volume":100,\#
    "wordsPerMinute":160},"text":"A \"text\"\n"}}
    {"prepareSpeech":{"_0":{"taken":{}},"_2":{"name":"en","pitch":50,"volume":100,"wordsPerMinute":160},\#
    "text":"A \"text\"\n"}}
    {"prepareSpeech":{"_0":{"mergePrompt":{}},"_2":{"name":"en","pitch":50,"volume":100,"wordsPerMinute":160},\#
    "text":"A \"text\"\n"}}
    {"prepareSpeech":{"_0":{"farewell":{}},"_2":{"name":"en","pitch":50,"volume":100,"wordsPerMinute":160},\#
    "text":"A \"text\"\n"}}
    {"stopPlayback":{"_0":{"announcement":{}}}}
    {"stopPlayback":{"_0":{"comfort":{"_0":3}}}}
    {"stopPlayback":{"_0":{"briefing":{"_0":{"number":2},"hearing":2}}}}
    {"stopPlayback":{"_0":{"reminder":{"_0":{"number":2},"_1":1}}}}
    {"stopPlayback":{"_0":{"message":{"_0":{"number":2}}}}}
    {"stopPlayback":{"_0":{"taken":{"_0":{"number":2}}}}}
    {"stopPlayback":{"_0":{"mergePrompt":{}}}}
    {"stopPlayback":{"_0":{"farewell":{}}}}
    {"startTimer":{"_0":{"hold":{}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"hold":{}}}}
    {"startTimer":{"_0":{"ring":{"_0":{"number":2}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"ring":{"_0":{"number":2}}}}}
    {"startTimer":{"_0":{"hearing":{"_0":{"number":2},"_1":1}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"hearing":{"_0":{"number":2},"_1":1}}}}
    {"startTimer":{"_0":{"accept":{"_0":{"number":2},"hearing":1}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"accept":{"_0":{"number":2},"hearing":1}}}}
    {"startTimer":{"_0":{"reminder":{"_0":{"number":2},"hearing":1}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"reminder":{"_0":{"number":2},"hearing":1}}}}
    {"startTimer":{"_0":{"screening":{"_0":{"number":2}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"screening":{"_0":{"number":2}}}}}
    {"startTimer":{"_0":{"greeting":{"_0":{"number":2}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"greeting":{"_0":{"number":2}}}}}
    {"startTimer":{"_0":{"message":{"_0":{"number":2}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"message":{"_0":{"number":2}}}}}
    {"startTimer":{"_0":{"comfort":{}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"comfort":{}}}}
    {"startTimer":{"_0":{"merge":{}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"merge":{}}}}
    {"startTimer":{"_0":{"farewell":{}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"farewell":{}}}}
    {"startTimer":{"_0":{"leave":{}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"leave":{}}}}
    {"startTimer":{"_0":{"again":{"_0":{"release":{"_0":{"number":2}}}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"again":{"_0":{"release":{"_0":{"number":2}}}}}}}
    {"startTimer":{"_0":{"again":{"_0":{"closeEar":{"_0":{"number":2}}}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"again":{"_0":{"closeEar":{"_0":{"number":2}}}}}}}
    {"startTimer":{"_0":{"again":{"_0":{"closeHold":{}}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"again":{"_0":{"closeHold":{}}}}}}
    {"startTimer":{"_0":{"again":{"_0":{"closeTalk":{}}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"again":{"_0":{"closeTalk":{}}}}}}
    {"startTimer":{"_0":{"again":{"_0":{"stopMusic":{}}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"again":{"_0":{"stopMusic":{}}}}}}
    {"startTimer":{"_0":{"again":{"_0":{"liftDeadMansSwitch":{}}}},"at":{"milliseconds":1800000000000}}}
    {"cancelTimer":{"_0":{"again":{"_0":{"liftDeadMansSwitch":{}}}}}}
    {"tellReports":{}}
    {"askDispatcher":{"rule":"crm"}}
    {"summarize":{}}
    """#
}
