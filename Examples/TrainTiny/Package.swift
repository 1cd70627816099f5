// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "TrainTiny",
  dependencies: [.package(name: "Diagonal", path: "../..")],
  targets: [
    .executableTarget(
      name: "TrainTiny",
      dependencies: [.product(name: "CLIP", package: "Diagonal"), .product(name: "Training", package: "Diagonal")])
  ]
)
