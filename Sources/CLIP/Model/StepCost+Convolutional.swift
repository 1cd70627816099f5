extension StepCost {
  /// The cost of square filters over the pictures themselves, of three channels: nobody asks for a picture's gradient.
  ///
  /// - Parameter size: of the result's side.
  func firstFilters(_ size: Int, side: Int, _ width: Int) -> Double {
    product(size * size, 3 * side * side, width, passes: 2)
  }

  /// The cost of square filters from so many channels to so many.
  ///
  /// - Parameter size: of the result's side.
  func filters(_ size: Int, _ from: Int, _ to: Int, side: Int = 1) -> Double {
    product(size * size, from * side * side, to)
  }
}
