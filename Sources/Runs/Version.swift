/// Which Diagonal this is, by semantic versioning; a suffix says that it isn't released yet.
public let diagonalVersion = "0.2.0-dev"
