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
    .target(name: "CKernels", cSettings: kernels),
    .systemLibrary(name: "CGLib", pkgConfig: "glib-2.0", providers: [.apt(["libglib2.0-dev"])]),
    .target(name: "CPictures", linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png")]),
    .systemLibrary(name: "CPixbuf", pkgConfig: "gdk-pixbuf-2.0", providers: [.apt(["libgdk-pixbuf-2.0-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),

    library("Files", ["CGLib"]),
    library("Threading", []),
    library("Randomness", []),
    library("Safetensors", ["Files"]),
    library("TorchFiles", ["Files", "Safetensors"]),
    library("Settings", ["Files", yams]),
    library("Engine", ["CKernels", "COneDNN", "Randomness"], pages: ["MEMORY.md"]),
    library("Collectives", ["COpenMPI", "Threading"], pages: ["WIRE.md"]),
    library(
      "Pairs", ["CKernels", "CPictures", "CPixbuf", "CVips", "Files", "Randomness", "Threading"], pages: ["DATA.md"]),
    library("CLIP", ["Engine", "Files", "Randomness", "Safetensors", "TorchFiles"], pages: ["FILES.md"]),
    library("Training", ["Engine", "Collectives", "Pairs", "CLIP", "Randomness"], pages: ["EXACTNESS.md"]),
    library("Similarity", ["Engine"]),
    library("Evaluation", ["Similarity", "Engine", "Pairs", "CLIP", "Files"]),
    library("Demonstrations", ["CVips", "Pairs", "Files"]),
    library("Runs", ["Engine", "Collectives", "Pairs", "CLIP", "Training", "Settings", "Files", "Safetensors"]),
    library(
      "Planning", ["Engine", "Collectives", "Pairs", "CLIP", "Training", "Runs", "Settings", "Files", "Randomness"]),
    .executableTarget(
      name: "diagonal",
      dependencies: [
        "Engine", "Collectives", "Pairs", "CLIP", "Training", "Evaluation", "Demonstrations", "Runs", "Planning",
        "Settings", "Files", "Safetensors", arguments,
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
    tests("CLIPTests", ["CLIP", "Engine", "Randomness", "Safetensors"]),
    tests(
      "TrainingTests",
      ["Training", "CLIP", "Engine", "Collectives", "Pairs", "Randomness", "Runs", "Settings", "TrainingSupport"]),
    tests("SimilarityTests", ["Similarity", "Engine"]),
    tests("EvaluationTests", ["Evaluation", "CLIP", "Engine", "Pairs"]),
    tests("DemonstrationsTests", ["Demonstrations", "Pairs"]),
    tests("RunsTests", ["Runs", "Training", "CLIP", "Engine", "Collectives", "Pairs", "Settings", "Files"]),
    tests(
      "PlanningTests",
      [
        "Planning", "Runs", "Training", "CLIP", "Engine", "Collectives", "Pairs", "Settings", "Files",
        "TrainingSupport",
      ]),
    tests("CommandTests", ["diagonal"]),
  ],
  swiftLanguageModes: [.v6],
)
