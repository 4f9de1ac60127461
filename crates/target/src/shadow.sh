# Runs a second nginx from an edited copy of its configuration, until stdin ends; then takes all of it back and prints its
# log. Read by any POSIX sh. D (its directory), MAIN (the configuration), LIMIT (seconds) and the functions `directories`,
# `files` and `farms` are set above. Every line that counts begins with NONCE.
umask 077
LC_ALL=C
export LC_ALL
say() { printf '%s %s\n' "$NONCE" "$*"; }
fail() { say failed "$*"; clean; exit 1; }
# A complaint of nginx, with the path of the original.
complaint() { sed "s|$D/|/|g" "$D/said" | grep -v -e 'test failed' -e '^$' | tail -n 1 | tr -d '\r'; }
clean() {
  trap '' HUP INT TERM PIPE
  [ -n "$made" ] || return 0
  if [ -s "$D/pid" ]; then
    pid=$(cat "$D/pid")
    kill -QUIT "$pid" 2>/dev/null
    n=0
    while kill -0 "$pid" 2>/dev/null && [ $n -lt 50 ]; do
      n=$((n + 1))
      sleep 0.1 2>/dev/null || sleep 1
      [ $n -ne 40 ] || kill -TERM "$pid" 2>/dev/null
    done
    kill -KILL "$pid" 2>/dev/null
  fi
  [ -z "$1" ] || [ ! -f "$D/trace.log" ] || sed "s/^/$NONCE /" "$D/trace.log"
  rm -rf "$D"
}
# An edited file: ORIGINAL EDITS; the edits are the script for sed on stdin.
edited() {
  rm -f "$D/.edits"
  sed -f - "$1" >"$D$1" 2>"$D/said" || fail "$1: it cannot be copied: $(tail -n 1 "$D/said")"
  n=0
  [ ! -f "$D/.edits" ] || n=$(wc -l <"$D/.edits" | tr -d ' ')
  [ "$n" -eq "$2" ] || fail "$1: $n of $2 lines are as they were read: it was changed meanwhile, or a secret spans lines"
}
# A directory whose other entries are those of the original.
farm() {
  for entry in "$1"/* "$1"/.[!.]*; do
    { [ -e "$entry" ] || [ -L "$entry" ]; } || continue
    [ -e "$D$entry" ] || [ -L "$D$entry" ] || ln -s "$entry" "$D$entry"
  done
}
main() {
  made=
  trap 'clean; exit 1' HUP INT TERM
  trap '' PIPE
  nginx=
  for program in nginx /usr/sbin/nginx /usr/local/sbin/nginx /usr/local/nginx/sbin/nginx /usr/local/openresty/nginx/sbin/nginx; do
    [ -n "$nginx" ] || nginx=$(command -v "$program" 2>/dev/null)
  done
  [ -n "$nginx" ] || fail "there is no program nginx"
  mkdir "$D" || fail "$D cannot be made"
  made=yes
  chmod 711 "$D"
  : >"$D/said"
  directories
  files
  farms
  find "$D" -type d -exec chmod 711 {} +
  early=
  ! "$nginx" -h 2>&1 | grep -q -- '-e filename' || early="-e $D/error.log"
  set -- -c "$D$MAIN" -g "daemon on; master_process on; worker_processes 1; pid $D/pid;"
  "$nginx" $early -t "$@" >"$D/said" 2>&1 || fail "nginx does not take the configuration: $(complaint)"
  "$nginx" $early "$@" >"$D/said" 2>&1 || fail "the second nginx does not start: $(complaint)"
  say ready
  if timeout 5 true 2>/dev/null; then timeout "$LIMIT" cat >/dev/null; else cat >/dev/null; fi
  clean log
  say done
}
main
