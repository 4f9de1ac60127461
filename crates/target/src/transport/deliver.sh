# Runs repot's agent on a target: finds the one that was left there, or takes it from stdin. Read by any POSIX sh.
# Where no program of ours runs, the next line is a shell's, which answers instead.
# HASH, SIZE, NONCE, SUDO, REMOVE and ROOT are set above; ROOT is another container's, seen from beside it. Everything
# repot reads begins with a line that holds NONCE.
umask 077
name=repot-agent-$HASH
try() { # DIR: is it ours alone, and may programs run there?
  [ -n "$1" ] && [ -d "$1" ] && [ -O "$1" ] && [ ! -L "$1" ]
}
runs() { # PROGRAM: another machine's is not run by the kernel, and some policies run none
  "$1" --runs 2>/dev/null
}
found=
keep=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/repot
if try "$keep" && [ -x "$keep/$name" ] && [ -O "$keep/$name" ] && [ ! -L "$keep/$name" ] && runs "$keep/$name"; then
  found=$keep/$name
fi
if [ -z "$found" ]; then
  mkdir -p "$keep" 2>/dev/null && chmod 700 "$keep" 2>/dev/null
  for dir in "$keep" "$(mktemp -d /dev/shm/repot.XXXXXX 2>/dev/null)" "$(mktemp -d "${TMPDIR:-/tmp}/repot.XXXXXX" 2>/dev/null)" \
    "$(mktemp -d /var/tmp/repot.XXXXXX 2>/dev/null)" "$(mktemp -d /run/repot.XXXXXX 2>/dev/null)"; do
    if [ -z "$found" ] && try "$dir"; then
      # A script shows whether programs may run there, and costs less than sending the agent in vain.
      if printf '#!/bin/sh\nexit 0\n' 2>/dev/null >"$dir/.try" && chmod 700 "$dir/.try" && "$dir/.try" 2>/dev/null; then
        rm -f "$dir/.try"
        printf '%s need %s\n' "$NONCE" "$HASH"
        # A full disk takes a part: the rest is read all the same, so that what follows is not taken for it.
        if head -c "$SIZE" | { cat >"$dir/$name.$$" || { cat >/dev/null && false; }; } 2>/dev/null &&
          chmod 700 "$dir/$name.$$" && [ "$(wc -c <"$dir/$name.$$")" -eq "$SIZE" ] &&
          mv -f "$dir/$name.$$" "$dir/$name" && runs "$dir/$name"; then
          found=$dir/$name
        else
          rm -f "$dir/$name.$$" "$dir/$name"
        fi
      else
        rm -f "$dir/.try" 2>/dev/null
      fi
    fi
    # A directory made just now and not used is not left behind.
    [ "$dir" = "$keep" ] || [ "$found" = "$dir/$name" ] || [ -z "$dir" ] || rmdir "$dir" 2>/dev/null
  done
fi
if [ -z "$found" ]; then
  printf '%s nowhere\n' "$NONCE"
  IFS= read -r line && eval "$line"
  exit 1
fi
printf '%s run\n' "$NONCE"
case $SUDO in
ask) sudo -S -p '' -- "$found" ;;
yes) sudo -n -- "$found" ;;
*) "$found" ${ROOT:+--root "$ROOT"} ;;
esac
status=$?
case $REMOVE$found in
yes* | no"$keep"/*) [ "$REMOVE" = no ] || rm -f "$found" ;;
*) rm -f "$found" && rmdir "${found%/*}" 2>/dev/null ;;
esac
exit $status
