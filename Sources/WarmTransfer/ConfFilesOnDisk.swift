import Glibc
import Runtime
package import Settings

extension ConfFiles {
  /// The conf files as they are on this machine.
  package static let onDisk = ConfFiles(
    read: { path, limit throws(ReadError) in
      do throws(FileError) {
        return try FileSystem.read(path, limit: limit)
      } catch {
        throw ReadError(error)
      }
    },
    expand: { pattern in
      do {
        return try FileSystem.glob(pattern)
      } catch {
        // The parser says that nothing was found.
        return []
      }
    }
  )
}

extension ConfFiles.ReadError {
  fileprivate init(_ error: FileError) {
    switch error.reason {
    case .system(code: ENOENT): self.init(.missing, SystemError.text(of: ENOENT))
    case .system(let code): self.init(.unreadable, SystemError.text(of: code))
    case .tooLarge: self.init(.tooLarge, error.description)
    case .notText: self.init(.unreadable, error.description)
    }
  }
}
