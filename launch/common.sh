# What the launchers share; sourced, not run. Each sets `tool`, its name, before.

fail() { echo "$tool: $*" >&2; exit 2; }

# The comment at the top of the launcher is its help.
help() { sed -n '2,/^[^#]/ { s/^# \{0,1\}//p }' "$0"; exit 0; }

whole() { [[ $2 =~ ^[0-9]+$ ]] || fail "$1 $2: a whole number is needed"; }

# Cores that this process may use. lscpu counts the machine's, nproc the hardware threads allowed: no more than OpenMP's
# settings say, which are about one worker.
count_cores() {
  local cores allowed
  cores=$(lscpu -p=SOCKET,CORE 2>/dev/null | grep -v '^#' | sort -u | wc -l)
  allowed=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)
  echo $((cores > 0 && cores < allowed ? cores : allowed))
}

# mpirun refuses root, for whom a slip costs more, unless told; in a container root is all there is.
root_flags() {
  if [[ $(id -u) -eq 0 ]]; then
    echo "$tool: running as root (mpirun --allow-run-as-root)" >&2
    echo --allow-run-as-root
  fi
}

# --restarts goes on from the run's own newest checkpoint, so the run must be one that does.
require_resumable() {
  local previous=
  for word in "$@"; do
    if [[ $previous == --resume && $word != auto || $word == --resume=* && $word != --resume=auto ]]; then
      fail "--restarts goes on from the newest checkpoint of --out; leave out --resume"
    fi
    previous=$word
  done
}

# The largest divisor of $1 that is at most $2. It divides the run's lanes and batch if $1 does.
fewer() {
  local n=$(($2 < $1 ? $2 : $1))
  while ((n > 1 && $1 % n)); do n=$((n - 1)); done
  echo "$n"
}

# Runs a command to its end, and passes a request to end on to it.
child() {
  "$@" <&0 &
  local pid=$! status=0
  trap 'ending=1; kill -TERM "$pid" 2>/dev/null' TERM
  trap 'ending=1' INT   # the terminal tells the command itself
  wait "$pid" || status=$?
  # A signal ends the wait and not the command.
  while kill -0 "$pid" 2>/dev/null; do wait "$pid" && status=0 || status=$?; done
  trap - TERM INT
  return "$status"
}

# Starts the launcher's `start N COMMAND…`, and again when it fails, at most $1 times in all after the first. Before each
# restart `workers_left N` sets `left` to how many workers there can be; 0 ends it. Usage errors (2) and requests to end are final.
with_restarts() {
  local restarts=$1 workers=$2 attempt=0 status left ending=
  shift 2
  while true; do
    status=0
    child start "$workers" "$@" || status=$?
    if ((status == 0 || status == 2 || status == 130 || status == 143)) || [[ $ending ]]; then return "$status"; fi
    if ((attempt == restarts)); then
      echo "$tool: failed with exit $status, and $restarts restarts are used up" >&2
      return "$status"
    fi
    attempt=$((attempt + 1))
    workers_left "$workers"
    if ((left == 0)); then
      echo "$tool: failed with exit $status, and no host is left" >&2
      return "$status"
    fi
    workers=$left
    echo "$tool: failed with exit $status; restart $attempt of $restarts on $workers workers," \
      "from the newest whole checkpoint" >&2
  done
}
