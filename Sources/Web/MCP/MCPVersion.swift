/// A version of the Model Context Protocol.
enum MCPVersion: String, CaseIterable {
  case first = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  /// Of a request that names none.
  static let unnamed = march2025
  static let latestWithHandshake = november2025

  /// Newer ones have no handshake: each request says all that is to be known.
  var hasHandshake: Bool { self != .july2026 }
}
