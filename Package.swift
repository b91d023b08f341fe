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

/// The simulation plays thousands of transfers, and speech is made of samples: both are optimised also where the rest is
/// not.
let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func module(
  _ name: String,
  uses dependencies: [Target.Dependency] = [],
  _ settings: [SwiftSetting] = strict
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, with dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies, swiftSettings: strict)
}

let product: [Target.Dependency] = [
  "Transfer", "Settings", "Runtime", "Transport", "ARI", "Speech", "Store", "Web",
]

let package = Package(
  name: "warm-transfer",
  products: [
    .executable(name: "warm-transfer", targets: ["warm-transfer"])
  ],
  targets: [
    systemLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    systemLibrary("CJansson", pkgConfig: "jansson", apt: "libjansson-dev"),
    systemLibrary("CEspeakNG", pkgConfig: "espeak-ng", apt: "libespeak-ng-dev"),
    systemLibrary("CWebSockets", pkgConfig: "libwebsockets", apt: "libwebsockets-dev"),
    systemLibrary("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
    systemLibrary("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    .systemLibrary(name: "CLinux"),
    // What browsers are sent, a part of the program.
    .target(name: "CPages", exclude: ["files"]),

    // The pure core: no input or output, no clock, no other module.
    module("Transfer", optimised),
    module("Settings", uses: ["Transfer"]),

    // The edges.
    module("Runtime", uses: ["CLinux"]),
    module("Transport", uses: ["Runtime", "CCurl", "CJansson", "CWebSockets", "COpenSSL"]),
    module("ARI", uses: ["Transport", "Runtime"]),
    module("Speech", uses: ["Transfer", "Runtime", "CEspeakNG"], optimised),
    module("Store", uses: ["Transfer", "Transport", "Runtime", "CSQLite"]),
    module("Web", uses: ["Transfer", "Transport", "Runtime", "CPages"]),

    // The only place that knows all of them.
    module("WarmTransfer", uses: product, optimised),
    .executableTarget(
      name: "warm-transfer",
      dependencies: ["WarmTransfer", "Settings", "Transfer", "Runtime"],
      swiftSettings: strict
    ),

    // Two real Asterisks to test against. Knows nothing of the product: it only meets it over the wire.
    .target(name: "Lab", path: "Tests/Lab", exclude: ["prepare", "conf"], swiftSettings: strict),
    .executableTarget(
      name: "benchmarks",
      dependencies: ["Lab", "ARI", "Transport", "Speech", "Settings", "Transfer", "Store", "Runtime"],
      path: "Tests/Benchmarks",
      exclude: ["run", "peer.py", "crowd.py"],
      swiftSettings: strict
    ),
    .executableTarget(name: "demo", dependencies: ["Lab"], path: "Tests/Demo", exclude: ["run"], swiftSettings: strict),
    .target(
      name: "TestSupport",
      dependencies: ["Runtime", "COpenSSL"],
      path: "Tests/TestSupport",
      swiftSettings: strict
    ),

    // Records without a database: shows what any database has to answer.
    .target(
      name: "MemoryRecords",
      dependencies: ["Store", "Transfer", "Runtime"],
      path: "Tests/MemoryRecords",
      swiftSettings: strict
    ),

    // The API before a service that is none: for its tests, and for a fuzzer to break.
    .target(
      name: "WebStage",
      dependencies: ["Web", "Transfer", "Transport", "Runtime"],
      path: "Tests/WebStage",
      swiftSettings: strict
    ),
    .executableTarget(
      name: "stage",
      dependencies: ["WebStage", "Web", "Transport"],
      path: "Tests/Fuzz",
      exclude: ["run", "schemathesis.toml"],
      swiftSettings: strict
    ),

    tests(of: "Transfer"),
    tests(of: "Settings", with: ["Transfer"]),
    tests(of: "Runtime", with: ["TestSupport"]),
    tests(of: "Transport", with: ["TestSupport", "Runtime"]),
    tests(of: "Speech", with: ["Transfer"]),
    .testTarget(
      name: "StoreTests",
      dependencies: ["Store", "MemoryRecords", "TestSupport", "Transfer", "Transport", "Runtime"],
      exclude: ["Earlier"],
      swiftSettings: strict
    ),
    tests(of: "ARI", with: ["Transport"]),
    tests(of: "Web", with: ["WebStage", "Transfer", "Transport", "Runtime", "TestSupport"]),
    tests(of: "WarmTransfer", with: product + ["TestSupport", "MemoryRecords", "WebStage"]),
    .testTarget(
      name: "SimulationTests",
      dependencies: ["WarmTransfer", "Transfer", "ARI", "Transport", "Store"],
      swiftSettings: optimised
    ),
    .testTarget(name: "StyleTests", swiftSettings: strict),
    .testTarget(
      name: "AsteriskTests",
      dependencies: ["Lab", "ARI", "Transport", "Store", "Transfer", "Runtime", "TestSupport"],
      exclude: ["mcp_client.py"],
      swiftSettings: strict
    ),
  ],
  swiftLanguageModes: [.v6]
)
