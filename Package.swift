// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Kernels are plain loops that live from the optimizer, so they are optimized in debug builds too. SwiftPM lets others
/// depend by version on a package with such flags if it asks for the tools of 6.2 or newer.
let kernels: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-fno-trapping-math"])]

/// - Parameter pages: files beside the code that explain it.
func library(_ name: String, _ dependencies: [Target.Dependency], pages: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: pages, swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", swiftSettings: swift)
}

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
  name: "Diagonal",
  products: [
    .executable(name: "diagonal", targets: ["diagonal"]),
    .library(name: "CLIP", targets: ["CLIP", "Engine"]),
    .library(name: "Training", targets: ["Training", "CLIP", "Engine", "Collectives", "Pairs"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    .target(name: "CAllocation"),
    .target(name: "CKernels", cSettings: kernels),
    .target(name: "CNeighbours", dependencies: ["CKernels"], cxxSettings: [.unsafeFlags(["-O3"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CGLib", pkgConfig: "glib-2.0", providers: [.apt(["libglib2.0-dev"])]),
    .target(name: "CPictures", linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png")]),
    .systemLibrary(name: "CPixbuf", pkgConfig: "gdk-pixbuf-2.0", providers: [.apt(["libgdk-pixbuf-2.0-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(name: "CSentencePiece", linkerSettings: [.linkedLibrary("sentencepiece")]),
    .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),

    library("Files", ["CCrypto", "CGLib"]),
    library("Threading", []),
    library("Randomness", []),
    library("Safetensors", ["Files"]),
    library("TorchFiles", ["Files", "Safetensors"]),
    library("Settings", ["Files", yams]),
    library("Engine", ["CKernels", "COneDNN", "Randomness"], pages: ["MEMORY.md"]),
    library("Collectives", ["COpenMPI", "Threading"], pages: ["WIRE.md"]),
    library(
      "Pairs",
      ["CArchive", "CKernels", "CPictures", "CPixbuf", "CSentencePiece", "CVips", "Files", "Randomness", "Threading"],
      pages: ["DATA.md", "Loading/ORDER.md"]),
    library("DataSets", ["Pairs", "Files", "Randomness"], pages: ["PACK.md"]),
    library("CLIP", ["Engine", "Files", "Randomness", "Safetensors", "TorchFiles"], pages: ["FILES.md"]),
    library("Training", ["Engine", "Collectives", "Pairs", "CLIP", "Randomness"], pages: ["EXACTNESS.md"]),
    library("Similarity", ["Engine", "Collectives", "Threading"]),
    library("Stored", ["Engine", "Files"]),
    library("Evaluation", ["Stored", "Similarity", "Engine", "Collectives", "Pairs", "CLIP", "Files"]),
    library("Search", ["CNeighbours", "Stored", "Similarity", "Engine", "Files", "Threading"]),
    library("ServerOptions", ["Search", "Settings", arguments]),
    library("Demonstrations", ["CVips", "Pairs", "Files", "Randomness", "Settings"]),
    library(
      "Runs",
      [
        "Engine", "Collectives", "Pairs", "CLIP", "Training", "Evaluation", "Stored", "Settings", "Files",
        "Safetensors", "Threading",
      ], pages: ["METRICS.md"]),
    library(
      "Planning",
      [
        "Engine", "Collectives", "Pairs", "CLIP", "Training", "Similarity", "Runs", "Settings", "Files", "Randomness",
      ]),
    library("Sweeps", ["Runs", "Evaluation", "Settings", "Files", "Randomness"]),
    library("Experiments", ["Sweeps", "Runs", "Pairs", "Evaluation", "Engine", "Settings", "Files", "Randomness"]),
    library(
      "Reports",
      [
        "Experiments", "Sweeps", "Engine", "Pairs", "CLIP", "Training", "Similarity", "Evaluation", "Runs", "Settings",
        "Files", "Randomness",
      ]),
    .executableTarget(
      name: "diagonal",
      dependencies: [
        "CAllocation", "Engine", "Collectives", "Pairs", "CLIP", "Training", "Evaluation", "Stored", "Similarity",
        "Search", "DataSets", "Demonstrations", "Runs", "Sweeps", "Experiments", "Planning", "Reports", "ServerOptions",
        "Settings",
        "Files", "Threading",
        "Safetensors", arguments,
      ],
      swiftSettings: swift),

    .target(name: "TestSupport", dependencies: ["Safetensors"], path: "Tests/TestSupport", swiftSettings: swift),
    .target(
      name: "TrainingSupport",
      dependencies: ["Training", "CLIP", "Engine", "Collectives", "Pairs", "Runs", "Settings", "TestSupport"],
      path: "Tests/TrainingSupport", swiftSettings: swift),
    tests("FilesTests", ["Files"]),
    tests("ThreadingTests", ["Threading"]),
    tests("SettingsTests", ["Settings"]),
    tests("RandomnessTests", ["Randomness"]),
    tests("EngineTests", ["CKernels", "Engine", "Randomness"]),
    tests("SafetensorsTests", ["Safetensors"]),
    tests("TorchFilesTests", ["TorchFiles", "Safetensors"]),
    tests("CollectivesTests", ["Collectives", "Threading"]),
    tests("PairsTests", ["Pairs", "Files", "Randomness"]),
    tests("CLIPTests", ["CLIP", "Engine", "Files", "Randomness", "Safetensors"]),
    tests(
      "TrainingTests",
      ["Training", "CLIP", "Engine", "Collectives", "Pairs", "Randomness", "Runs", "Settings", "TrainingSupport"]),
    tests("SimilarityTests", ["Similarity", "Collectives", "Engine"]),
    tests(
      "EvaluationTests", ["Stored", "Evaluation", "CLIP", "Collectives", "Engine", "Pairs", "Similarity", "Randomness"]),
    tests("StoredTests", ["Stored", "Engine", "Files"]),
    tests("SearchTests", ["Stored", "Search", "Similarity", "Engine", "Files"]),
    tests("DataSetsTests", ["DataSets", "Pairs", "Files"]),
    tests("DemonstrationsTests", ["Demonstrations", "Pairs"]),
    tests(
      "RunsTests",
      ["Runs", "Training", "Evaluation", "CLIP", "Engine", "Collectives", "Pairs", "Settings", "Files"]),
    tests(
      "PlanningTests",
      [
        "Planning", "Runs", "Training", "CLIP", "Engine", "Collectives", "Pairs", "Settings", "Files",
        "TrainingSupport",
      ]),
    tests("SweepsTests", ["Sweeps", "Reports", "Runs", "Settings", "Files"]),
    tests("ExperimentsTests", ["Experiments", "Reports", "Sweeps", "Settings", "Files"]),
    tests("ReportsTests", ["Reports", "Runs", "Settings", "Training", "Pairs", "Collectives"]),
    tests("CommandTests", ["diagonal", "Pairs"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17,
)

// Built by launch/fuzz alone, which links it with libFuzzer.
if Context.environment["DIAGONAL_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzing", dependencies: ["Pairs", "Safetensors", "TorchFiles", "Settings", "Runs", "Files"],
      path: "Tests/Fuzzing",
      exclude: ["corpus"], swiftSettings: swift + [.enableExperimentalFeature("Extern")]))
}

// The server, by `launch/setup --server` and launch/test: who trains neither fetches nor builds what it stands on, which is 26
// packages where there are 2 (to resolve them took 67 s against 8, from copies on the same machine). A variable and not a
// trait, which would compile every target again whenever it is turned on or off; a package of its own would compile
// Diagonal's targets a second time.
if Context.environment["DIAGONAL_SERVER"] != nil {
  package.dependencies += [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.9.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ]
  let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
  let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
  let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
  package.products.append(.executable(name: "diagonal-server", targets: ["diagonal-server"]))
  package.targets += [
    .target(
      name: "Serving",
      dependencies: [
        "Evaluation", "Search", "Similarity", "Stored", "CLIP", "Pairs", "Engine", "Threading", "Files", lifecycle,
        signals, logging,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      resources: ["index.html", "page.css", "page.js", "openapi.json"].map { .embedInCode("Page/\($0)") },
      swiftSettings: swift),
    .executableTarget(
      name: "diagonal-server",
      dependencies: [
        "CAllocation", "Serving", "ServerOptions", "Evaluation", "Search", "Stored", "Runs", "Settings", "Pairs",
        "Engine", "Files", "Threading", arguments, signals, logging,
      ],
      swiftSettings: swift),
    tests(
      "ServingTests",
      ["Serving", "Evaluation", "Search", "Stored", "CLIP", "Pairs", "Engine", lifecycle, logging]),
  ]
}
