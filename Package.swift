// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same strictness: language mode 6, no implicit existentials, imports that do not leak,
/// and no warnings.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func systemLibrary(_ name: String, pkgConfig: String, apt package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, with dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies, swiftSettings: strict)
}

let package = Package(
  name: "warm-transfer",
  products: [
    .executable(name: "warm-transfer", targets: ["warm-transfer"])
  ],
  targets: [
    systemLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    systemLibrary("CJansson", pkgConfig: "jansson", apt: "libjansson-dev"),
    systemLibrary("CEspeakNG", pkgConfig: "espeak-ng", apt: "libespeak-ng-dev"),
    systemLibrary("CSpeexDSP", pkgConfig: "speexdsp", apt: "libspeexdsp-dev"),
    systemLibrary("CWebSockets", pkgConfig: "libwebsockets", apt: "libwebsockets-dev"),

    // The pure core: no input or output, no clock, no other module.
    module("Transfer"),
    module("Settings", uses: ["Transfer"]),

    // The edges.
    module("Runtime"),
    module("Transport", uses: ["Runtime", "CCurl", "CJansson", "CWebSockets"]),
    module("ARI", uses: ["Transport", "Runtime"]),
    module("Speech", uses: ["Transfer", "CEspeakNG", "CSpeexDSP"]),

    // The only place that knows all of them.
    module("WarmTransfer", uses: ["Transfer", "Settings", "Runtime", "Transport", "ARI", "Speech"]),
    .executableTarget(
      name: "warm-transfer",
      dependencies: ["WarmTransfer", "Settings", "Speech", "Runtime"],
      swiftSettings: strict
    ),

    tests(of: "Transfer"),
    tests(of: "Settings", with: ["Transfer"]),
    tests(of: "Speech", with: ["Transfer"]),
  ],
  swiftLanguageModes: [.v6]
)
