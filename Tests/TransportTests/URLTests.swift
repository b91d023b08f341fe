import Testing

@testable import Transport

@Suite struct URLTests {
  @Test(arguments: [
    ("abc-._~09", "abc-._~09"), ("a b&c=d/e?f#g", "a%20b%26c%3Dd%2Fe%3Ff%23g"), ("é%+", "%C3%A9%25%2B"), ("", ""),
    ("\0\r\n", "%00%0D%0A"),
  ])
  func percentEncoding(_ text: String, _ encoded: String) {
    #expect(PercentEncoding.encode(text) == encoded)
  }

  @Test(arguments: [
    ("ws://pbx/ari/events?app=a", false, "pbx", 80, "/ari/events?app=a"),
    ("WSS://pbx:8089", true, "pbx", 8089, "/"), ("https://[::1]:1/x", true, "::1", 1, "/x"),
    ("http://10.0.0.1", false, "10.0.0.1", 80, "/"),
  ])
  func parts(_ url: String, _ isSecure: Bool, _ host: String, _ port: Int, _ path: String) throws {
    let parts = try #require(URLParts(url))
    #expect(parts.isSecure == isSecure && parts.host == host && parts.port == port && parts.path == path)
  }

  @Test(arguments: [
    ("a%20b%C3%a9", "a bé"), ("", ""), ("%", nil), ("%4", nil), ("%4g", nil), ("%ff", nil), ("%+1", nil), ("%00", "\0"),
  ])
  func percentDecoding(_ text: String, _ decoded: String?) {
    #expect(PercentEncoding.decode(text) == decoded)
  }
}
