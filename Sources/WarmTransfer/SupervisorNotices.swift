import Runtime

extension Supervisor {
  /// A service whose supervisor is deaf goes on all the same.
  func notify(_ news: News..., log: Log) async {
    do {
      try await tell(news)
    } catch {
      log.warning("could not notify systemd", ["reason": "\(error)"])
    }
  }
}
