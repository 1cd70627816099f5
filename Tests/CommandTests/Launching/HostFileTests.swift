import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// What `launch/hosts` makes of a host file, by a stand-in for mpirun that prints the one it is given.
  struct HostFileTests {
    @Test func `a host file is read in every form that mpirun and people write`() throws {
      let text = "a slots = 2\r\n# none\r\nb:3\n\n10.0.0.1:4\ne max_slots=9 slots=08\nc\rd slots=2"
      let result = try launched(text)
      try requireSuccess(result)
      #expect(result.stdout == "a slots=2\nb slots=3\n10.0.0.1 slots=4\ne slots=8\nc slots=1\nd slots=2\n")
      #expect(result.stderr.contains("-np 20 "), "\(result.stderr)")
    }

    @Test(arguments: ["a slots=x", "a slots:4", "a Slots=2", "a slots=-1", "a slots=2 b"])
    func `what isn't understood is refused`(_ line: String) throws {
      expectRefusal(try launched("b\n" + line + "\n"), exit: 2, "isn't understood; a line is a host, and slots=16")
    }

    @Test(arguments: ["-oProxyCommand=x slots=1", "a;b", "$(reboot)", "a:x", "a: 2"])
    func `what is no host's name is refused`(_ line: String) throws {
      expectRefusal(try launched(line + "\n"), exit: 2, "is no host's name")
    }

    /// mpirun itself ends with a parse error, or an internal one.
    @Test(arguments: ["::1 slots=2", "[fe80::1]:4", "[fd00::2]", "fe80::1%eth0"])
    func `an IPv6 address is refused with what to do`(_ line: String) throws {
      expectRefusal(try launched(line + "\n"), exit: 2, "is an IPv6 address", "give it a name")
    }

    @Test func `a file without hosts is refused`() throws {
      expectRefusal(try launched("# none\n"), exit: 2, "names no host")
    }

    @Test func `variables go to the workers by name or with a value`() throws {
      let result = try launched("a\n", ["--export", "FOO=a b=c", "--export", "HOME", "--export", "workers=7"])
      try requireSuccess(result)
      #expect(result.stderr.contains("-np 1 ") && result.stderr.contains("-x FOO -x HOME -x workers"))
      #expect(result.stderr.contains("FOO is a b=c"), "\(result.stderr)")
    }

    @Test(arguments: [("1x=2", "NAME or NAME=VALUE"), ("DIAGONAL_NOWHERE", "no such variable here")])
    func `what is no variable is refused`(_ option: String, _ words: String) throws {
      expectRefusal(try launched("a\n", ["--export", option]), exit: 2, words)
    }

    private func launched(_ text: String, _ options: [String] = []) throws -> ProcessResult {
      try temporaryDirectory { directory in
        let mpirun = """
          #!/usr/bin/env bash
          echo "$@" >&2
          echo "FOO is ${FOO:-}" >&2
          while [[ $1 != --hostfile ]]; do shift; done
          cat "$2"

          """
        try Data(mpirun.utf8).write(to: URL(fileURLWithPath: "\(directory)/mpirun"))
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/hosts"))
        return try bash(
          #"chmod +x "$1/mpirun"; PATH=$1:$PATH "$2/launch/hosts" "${@:3}" "$1/hosts" true"#,
          [directory, repository] + options)
      }
    }
  }
}
