import ArgumentParser
import Evaluation

/// An evaluator's options on the command line.
///
/// ArgumentParser finds a command's options by reflection and decodes them by name. Those of an evaluator stand in a
/// table of a target that knows no command line, so they are mirrored from it as if each were a property.
struct EvaluatorOptions<Measure: Evaluator>: ParsableArguments, CustomReflectable {
  /// What was given, by name.
  private(set) var values: [String: String] = [:]

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for option in Measure.options {
      let name = Name(stringValue: option.name)
      values[option.name] =
        switch option.value {
        case .optional: try container.decode(Option<String?>.self, forKey: name).wrappedValue
        case .required, .oneOf: try container.decode(Option<String>.self, forKey: name).wrappedValue
        }
    }
  }

  var customMirror: Mirror {
    Mirror(self, children: Measure.options.map { (label: "_\($0.name)", value: $0.argument) })
  }
}

extension EvaluatorOption {
  fileprivate var argument: Any {
    let name = NameSpecification.customLong(name)
    return switch value {
    case .required(let word):
      Option<String>(name: name, help: ArgumentHelp(help, valueName: word))
    case .optional(let word):
      Option<String?>(name: name, help: ArgumentHelp(help, valueName: word))
    case .oneOf(let choices):
      Option<String>(
        wrappedValue: choices[0], name: name, help: ArgumentHelp("\(help) (default: \(choices[0]))"),
        completion: .list(choices),
        transform: { text in
          guard choices.contains(text) else { throw ValidationError("expected \(choices.joined(separator: " or "))") }
          return text
        })
    }
  }
}
