// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Kernels are plain loops that live from the optimizer, so they are optimized in debug builds too. SwiftPM lets others
/// depend by version on a package with such flags if it asks for the tools of 6.2 or newer.
let kernels: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-fno-trapping-math"])]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swift)
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
    .target(name: "CKernels", cSettings: kernels),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),

    library("Randomness", []),
    library("Safetensors", []),
    library("Engine", ["CKernels", "COneDNN", "Randomness"]),
    library("Collectives", ["COpenMPI"]),
    library("Pairs", ["CKernels", "CVips", "Randomness"]),
    library("CLIP", ["Engine", "Randomness", "Safetensors"]),
    .target(
      name: "Training", dependencies: ["Engine", "Collectives", "Pairs", "CLIP", "Randomness", "Safetensors", yams],
      path: "Sources", sources: ["Training", "Settings", "Runs", "Planning"], swiftSettings: swift),
    library("Similarity", ["Engine"]),
    library("Evaluation", ["Similarity", "Engine", "Pairs", "CLIP"]),
    library("Demonstrations", ["CVips", "Pairs"]),
    .executableTarget(
      name: "diagonal",
      dependencies: [
        "Engine", "Collectives", "Pairs", "CLIP", "Training", "Evaluation", "Demonstrations", "Safetensors", arguments,
      ],
      swiftSettings: swift),

    .target(name: "TestSupport", dependencies: ["Safetensors"], path: "Tests/TestSupport", swiftSettings: swift),
    tests("EngineTests", ["CKernels", "Engine", "Randomness"]),
    tests("SafetensorsTests", ["Safetensors"]),
    tests("CollectivesTests", ["Collectives"]),
    tests("PairsTests", ["Pairs", "Randomness"]),
    tests("CLIPTests", ["CLIP", "Engine", "Randomness", "Safetensors"]),
    tests("TrainingTests", ["Training", "CLIP", "Engine", "Collectives", "Pairs"]),
    tests("SimilarityTests", ["Similarity", "Engine"]),
    tests("EvaluationTests", ["Evaluation", "CLIP", "Engine", "Pairs"]),
    tests("DemonstrationsTests", ["Demonstrations", "Pairs"]),
    tests("CommandTests", ["diagonal"]),
  ],
  swiftLanguageModes: [.v6],
)
