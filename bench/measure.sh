# How the sections of bench/run measure and judge. Sourced.
# shellcheck shell=bash

missed=0

# wall RUNS COMMAND…: wall time in seconds of the best of so many runs.
wall() { best %e "$@"; }

# cpu RUNS COMMAND…: seconds of processor time, all children's too, of the best of so many runs.
cpu() { best '%U %S' "$@"; }

best() {
    local format=$1 runs=$2 least='' took i
    shift 2
    for ((i = 0; i < runs; i++)); do
        if ! /usr/bin/time -o "$work/took" -f "$format" "$@" >"$work/said" 2>&1; then
            tail -20 "$work/said" >&2
            echo "bench: failed: $*" >&2
            return 1
        fi
        took=$(awk '{ print $1 + $2 }' "$work/took")
        least=$(awk -v a="${least:-$took}" -v b="$took" 'BEGIN { print (b < a) ? b : a }')
    done
    echo "$least"
}

# quietly COMMAND…: shows what it said only if it failed.
quietly() {
    "$@" >"$work/said" 2>&1 || { tail -20 "$work/said" >&2; echo "bench: failed: $*" >&2; return 1; }
}

# undecided COMMAND…: succeeds too where it says that something could not be looked at, as on a root that does not run.
undecided() { "$@" || [ $? -eq 3 ]; }
export -f undecided

# ratio A B: A divided by B; nothing where B is nothing, which is no figure and meets no goal.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f\n", a / b }'; }

calc() { awk "BEGIN { printf \"%.2f\\n\", $1 }"; }

figure() { printf '  %-66s %10s\n' "$1" "$2"; }

# goal WHAT FIGURE most|least LIMIT: prints the figure with its goal, and remembers if it was missed.
goal() {
    local verdict=met word='at most'
    [ "$3" = most ] || word='at least'
    awk -v f="$2" -v l="$4" -v w="$3" 'BEGIN { exit !(w == "most" ? f <= l : f >= l) }' || verdict=MISSED
    # What was not measured is not met.
    [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || verdict=MISSED
    [ $verdict = met ] || missed=$((missed + 1))
    printf '  %-66s %10s   goal: %s %s, %s\n' "$1" "$2" "$word" "$4" "$verdict"
}

section() { printf '\n%s\n' "$1"; }
