"""Where torture happens: a directory of its own, and commands that are run in it, never by root."""
import encodings.idna  # noqa: F401  what root's interpreter may not be able to load as nobody
import os
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
Result = namedtuple("Result", "code out err timed_out seconds")
TRAPS = {128 + number for number in (4, 5, 6, 7, 8, 11)}


class World:
    """Its `path` is a new directory with what is tortured: `diagonal`, `launch/local`; with `hosts`, a rig of two hosts, which
    takes root."""

    def __init__(self, executable=None, keep=False, hosts=False):
        built = executable or os.path.join(REPOSITORY, ".build/release/diagonal")
        if not os.path.exists(built):
            sys.exit(f"torture: there is no {built}: build it first, or name another by --executable")
        self.keep, self.hosts = keep, hosts
        self.path = tempfile.mkdtemp(prefix="diagonal-torture-")
        os.chmod(self.path, 0o755)
        self.diagonal = os.path.join(self.path, "diagonal")
        shutil.copy(built, self.diagonal)
        os.mkdir(self.at("launch"))
        for name in ("local", "common.sh"):
            shutil.copy(os.path.join(REPOSITORY, "launch", name), self.at("launch"))
        self.golden = {}
        pictures = os.path.join(REPOSITORY, "Tests/Golden/pictures")
        for name in sorted(os.listdir(pictures)):
            with open(os.path.join(pictures, name), "rb") as file:
                self.golden[name] = file.read()
        os.mkdir(self.at("tmp"))
        self._drop()
        os.chdir(self.path)
        # What a background job of a shell ignores, and nohup, would be ignored by all that is started.
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        version = self.run([self.diagonal, "--version"])
        if version.code != 0:
            sys.exit(f"torture: {built} doesn't start for this user: exit {version.code}, {version.err.strip()}")

    def _drop(self):
        """Root becomes nobody: an unreadable file is none to root, and a slip of what is tortured costs less."""
        if os.geteuid() != 0 or self.hosts:
            return
        nobody = pwd.getpwnam("nobody")
        for folder, _, names in os.walk(self.path):
            for name in [folder] + [os.path.join(folder, name) for name in names]:
                os.chown(name, nobody.pw_uid, nobody.pw_gid)
        os.setgroups([])
        os.setresgid(*[nobody.pw_gid] * 3)
        os.setresuid(*[nobody.pw_uid] * 3)

    def at(self, *names):
        return os.path.join(self.path, *names)

    def launcher(self, workers):
        """What starts a command on so many workers."""
        if self.hosts:
            return [os.path.join(REPOSITORY, "launch/rig"), "--hosts", str(workers)]
        return [self.at("launch/local"), str(workers)]

    def fresh(self, name):
        """An empty directory of this name; one that was there goes."""
        path = self.at(name)
        self.remove(path)
        os.makedirs(path)
        return path

    def remove(self, path):
        assert os.path.realpath(path).startswith(os.path.realpath(self.path) + os.sep)
        # What was made unreadable is ours all the same.
        for folder, folders, _ in os.walk(path):
            for inner in folders:
                if not os.path.islink(os.path.join(folder, inner)):
                    os.chmod(os.path.join(folder, inner), 0o755)
        if os.path.isfile(path) or os.path.islink(path):
            os.remove(path)
        shutil.rmtree(path, ignore_errors=True)

    def environment(self, changes=None):
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        own = {"HOME": self.path, "TMPDIR": self.at("tmp"), "LANG": "C.UTF-8", "OMP_WAIT_POLICY": "passive",
               "NO_COLOR": "1"}
        every = {**kept, **own, **(changes or {})}
        return {name: value for name, value in every.items() if value is not None}

    def start(self, words, cwd=None, changes=None, limits=(), out=subprocess.DEVNULL, err=None, ignores=()):
        def prepare():
            for which, value in limits:
                resource.setrlimit(which, (value, value))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            for number in ignores:
                signal.signal(number, signal.SIG_IGN)

        return subprocess.Popen(
            words, cwd=cwd or self.path, env=self.environment(changes), stdin=subprocess.DEVNULL, stdout=out,
            stderr=err or subprocess.DEVNULL, start_new_session=True, preexec_fn=prepare, restore_signals=not ignores)

    def run(self, words, timeout=60, **options):
        """Runs to the end, or until the time is up; then all of its session goes."""
        begun = time.monotonic()
        with tempfile.TemporaryFile(dir=self.at("tmp")) as out, tempfile.TemporaryFile(dir=self.at("tmp")) as err:
            child = self.start(words, out=out, err=err, **options)
            timed_out = False
            try:
                code = child.wait(timeout)
            except subprocess.TimeoutExpired:
                timed_out = True
                for process in [child.pid, *descendants(child.pid)]:
                    end(process)
                code = child.wait()
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read(1 << 20).decode(errors="replace"))
        return Result(code if code >= 0 else 128 - code, *texts, timed_out, time.monotonic() - begun)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in descendants(os.getpid()):
            end(process)
        if self.keep:
            print(f"torture: all is left in {self.path}")
        else:
            os.chdir("/")
            for name in os.listdir(self.path):
                self.remove(self.at(name))
            shutil.rmtree(self.path, ignore_errors=True)


def crash(result, allowed=(0, 1, 2, 75)):
    """What is wrong with how a command ended; None where it ended with a code of its own, and with words if not 0."""
    if result.timed_out:
        return f"hung for {result.seconds:.0f} s"
    if result.code in TRAPS or "Fatal error" in result.err or "Crash:" in result.err:
        return f"crashed, exit {result.code}: {last(result.err, 5)}"
    if result.code not in allowed:
        return f"exit {result.code}: {last(result.err)}"
    if result.code != 0 and not (result.err + result.out).strip():
        return f"exit {result.code} without a word"
    return None


def last(text, lines=2):
    return " | ".join(line[:300] for line in text.strip().splitlines()[-lines:]) or "nothing said"


def descendants(pid):
    """Processes below one, parents first."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                for child in map(int, file.read().split()):
                    found += [child, *descendants(child)]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    return found


def name_of(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def end(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass

