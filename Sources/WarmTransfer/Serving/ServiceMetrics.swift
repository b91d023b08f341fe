import Runtime
import Store
import Transfer

extension ServiceBackend {
  /// Everything that Prometheus collects. No label is a number, an id, or a text from outside.
  func metrics() async -> String {
    var text = MetricsText()
    let (counted, snapshot) = await coordinator.metrics(on: pbx.name)
    counted.write(to: &text)
    snapshot.write(to: &text)
    await writeAsterisk(to: &text)
    writeJournal(to: &text)
    await writeWebhooks(to: &text)
    await writeTriggers(to: &text)
    text.add("build_info", .gauge, "The version that runs.", [([("version", Version.current)], 1)])
    return text.text
  }

  private func writeAsterisk(to text: inout MetricsText) async {
    let isConnected = await pbx.link.readiness == .ready
    text.add("asterisk_connected", .gauge, "Whether Asterisk can be reached.", [([], isConnected ? 1 : 0)])
    text.add(
      "ari_request_seconds",
      "From a request to Asterisk to its answer.",
      [([], coordinator.requestTimes.value)]
    )
    text.add(
      "event_lag_seconds",
      "From the time that Asterisk writes into an event until it has been dealt with; at most ten samples a second.",
      [([], pbx.link.eventLag.value)]
    )
  }

  private func writeJournal(to text: inout MetricsText) {
    let backlog = reports.journal.backlog
    text.add("journal_writable", .gauge, "Whether the journal can be written.", [([], backlog.isWritable ? 1 : 0)])
    text.add("journal_waiting", .gauge, "Steps of transfers that wait to be written.", [([], Double(backlog.waiting))])
    text.add(
      "journal_oldest_seconds",
      .gauge,
      "How long the step has waited that has waited longest.",
      [([], backlog.oldest / .seconds(1))]
    )
    text.add("journal_write_seconds", "How long steps waited until they were written.", [([], backlog.times)])
  }

  private func writeWebhooks(to text: inout MetricsText) async {
    let now = SystemClock().wall
    let backlogs = await reports.webhookBacklogs()
    let named = { (value: (WebhookBacklog) -> Double) in
      backlogs.map { ([("webhook", $0.webhook)], value($0)) }
    }
    text.add("webhook_waiting", .gauge, "Events that a webhook has not taken yet.", named { Double($0.waiting) })
    text.add("webhook_given_up", .gauge, "Events that are not tried any more.", named { Double($0.givenUp) })
    text.add(
      "webhook_oldest_seconds",
      .gauge,
      "How long the event has waited that has waited longest.",
      named { backlog in backlog.oldest.map { max(.zero, now - $0) / .seconds(1) } ?? 0 }
    )
  }
}
