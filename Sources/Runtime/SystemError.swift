import Glibc

/// A call to the system that failed, with what the system says about it.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  package let operation: String
  package let code: CInt

  package init(_ operation: String, code: CInt) {
    self.operation = operation
    self.code = code
  }

  package var description: String { "\(operation): \(Self.text(of: code))" }

  package static func text(of code: CInt) -> String {
    var text = [CChar](repeating: 0, count: 128)
    return strerror_r(code, &text, text.count) == 0
      ? String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "error \(code)"
  }
}
