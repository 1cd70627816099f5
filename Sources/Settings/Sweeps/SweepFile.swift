/// What a sweep is: a run file, and what is varied in it.
///
///     base: launch/runs/emoji.yaml
///     set: {schedule.warmup: 0.1}             # laid over it in every cell
///     vary: {batch.size: [16, 64, 256]}       # every combination of these
///     arms: {full: {data.order: full}, …}     # settings that belong together, by a name
///     called: order                           # what these are together; else arm
///     seeds: 3                                # 0, 1, 2; or a list
///     equal: {pairs: 40000}                   # or updates, or seconds: what all cells have alike
///     metrics: [retrieval/image_to_text.recall_at_1]
public struct SweepFile: Sendable, Equatable {
  public var base = ""
  public var set: [Setting] = []
  /// The arms first, then what varies, in the order written.
  public var factors: [Factor] = []
  /// What the factor of `arms` is called.
  public var armsName = "arm"
  public var seeds: [UInt64] = [0, 1, 2]
  /// Nil: each cell is as long as its own settings say.
  public var equal: Length?
  /// What is compared; empty: what evaluations of the run find first of all, and the loss.
  public var metrics: [String] = []

  /// A key of the run file with a value, as `--set` takes it.
  public struct Setting: Sendable, Equatable {
    public let key: String
    /// In YAML.
    public let value: String

    public init(key: String, value: String) { (self.key, self.value) = (key, value) }
    public var override: String { "\(key)=\(value)" }
  }

  /// What is varied: its levels are compared.
  public struct Factor: Sendable, Equatable {
    public let name: String
    public let levels: [Level]

    public init(name: String, levels: [Level]) { (self.name, self.levels) = (name, levels) }
  }

  public struct Level: Sendable, Equatable {
    public let name: String
    public let settings: [Setting]

    public init(name: String, settings: [Setting]) { (self.name, self.settings) = (name, settings) }
  }

  /// What is held equal between cells.
  public enum Length: Sendable, Equatable {
    case pairs(Int)
    case updates(Int)
    /// Of steps, at the pace that a few steps of the cell have.
    case seconds(Double)
  }
}
