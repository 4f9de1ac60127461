# Answers repot's questions, a line of sh each, where no agent can run. Read by any POSIX sh; its argument is NONCE.
# An answer is what a question prints, then what it complained of and its status; both are encoded, so that they can
# hold any byte, and each is closed by a line that is NONCE.
NONCE=$1
umask 077
n='
'
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
unset ENV BASH_ENV CDPATH POSIXLY_CORRECT LS_COLORS 2>/dev/null
cd /
exec 3>&1 2>/dev/null
if [ "$(printf abc | base64)" = YWJj ]; then
  code=base64
  encoded() { base64; }
elif [ "$(printf abc | od -An -v -tx1 | tr -d ' \n')" = 616263 ]; then
  code=hex
  encoded() { od -An -v -tx1; }
else
  code=hex
  encoded() { hexdump -v -e '32/1 "%02x" "\n"'; }
fi

ask() { # FUNCTION ARGUMENT...
  said=$({ { "$@" 3>&-; printf '\n%s' "$?" >&2; } | encoded >&3; } 2>&1 3>&3 | head -c 1000000)
  printf '%s\n' "$NONCE" >&3
  printf '%s' "$said" | encoded >&3
  printf '%s\n' "$NONCE" >&3
}

has=
for program in lsattr getcap getfacl; do command -v "$program" >/dev/null && has="$has $program"; done
case $(ls --version) in *coreutils*) has="$has ls" ;; esac
[ -n "$(find / -maxdepth 0 -printf x)" ] && has="$has printf"
numbers='%f %u %g %s %Y %Z %d %i'
[ -e /sys/fs/selinux/enforce ] && numbers="$numbers %C"

# What paths are that come on stdin, each closed by a NUL: the paths, an empty one, and a line of numbers for each.
about="[ \$# -gt 0 ] || exit 0
printf '%s\\0' \"\$@\"
printf '\\0'
stat -c '$numbers' -- \"\$@\" 2>/dev/null
printf '\\0'"
# What stands beside the mode is seen only by programs that may not be there; the lines of paths that have any are said.
beside='for f; do case $f in *"$n"*) set -- /; break ;; esac; done
lsattr -d -- "$@" 2>/dev/null | grep "^[^ ]*i"
printf "\0"
getcap "$@" 2>/dev/null
printf "\0"
ls -ldn -- "$@" 2>/dev/null | grep "^[^ ]*+"
printf "\0"'

a_stat() { stat -c "$numbers" -- "$1"; }
a_list() {
  case $(stat -L -c %f -- "$1") in
  4???) find "$1/." ! -name . -prune -print0 | xargs -0 sh -c "$about" about ;;
  ?*) echo 'Not a directory' >&2 ;;
  esac
}
# Of each directory the names and, of links, where they point; then an empty name, and + if that was all.
some_links() { # DIRECTORY...
  for dir; do
    if find "$dir/." ! -name . -prune -printf '%f\0%l\0' 2>/dev/null; then printf '\0+\0'; else printf '\0!\0'; fi
  done
}
a_walk() { find "$1" -xdev -print0 | n=$n xargs -0 sh -c "$about$n$beside" about; }
a_walk_of_links() { find "$1" -xdev -type l -printf '%p\0%l\0'; }
a_read() {
  case $(stat -L -c %f -- "$1") in
  8???) head -c "$2" <"$1" ;;
  ?*) echo 'not a regular file' >&2 ;;
  esac
}
# Files one after the other, closed by what no file can know: it came on stdin and stands in no command line.
some_reads() { # MOST MARK PATH...
  most=$1 mark=$2
  shift 2
  for f; do
    if [ -f "$f" ] && [ -r "$f" ] && head -c "$most" <"$f" 2>/dev/null; then printf '+%s' "$mark"; else printf '!%s' "$mark"; fi
  done
}
some_digests() { # PROGRAM PATH...
  sum=$1
  shift
  for f; do
    if [ -f "$f" ] && [ ! -L "$f" ]; then $sum 2>/dev/null <"$f" || echo !; else echo !; fi
  done
}
a_digest() { # PROGRAM PATH
  case $(stat -c %f -- "$2") in
  8???) "$1" <"$2" ;;
  ?*) echo 'not a regular file' >&2 ;;
  esac
}
a_link() {
  case $(stat -c %f -- "$1") in
  a???) readlink -n -- "$1" || readlink -- "$1" ;;
  esac
}
a_real() { stat -L -c '' -- "$1" >/dev/null && readlink -f -- "$1"; }
a_space() { stat -f -c '%b %a %S' -- "$1"; }
immutable() { lsattr -d -- "$1"; }
capability() { getcap "$1"; }
marked() { ls -ldn -- "$1"; }
an_acl() { getfacl -n -p -c -- "$1"; }
the_time() { date +%s; }
is_there() { # PROGRAM: whether it can be run, is there and cannot, or is not there
  if command -v -- "$1"; then return 0; fi
  case $1 in
  */*) [ -e "$1" ] && echo '!' ;;
  *) for dir in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do [ -f "$dir/$1" ] && echo '!' && return 0; done ;;
  esac
  return 0
}
# Ends what a run left behind: its mark stands in the environment of all that it started.
end_run() { # MARK
  for at in $(grep -ls "REPOT_RUN=$1" /proc/[0-9]*/environ); do
    at=${at#/proc/}
    kill -9 "${at%/environ}"
  done
  return 0
}
run() { # MARK SECONDS MOST INPUT PROGRAM ARGUMENT...
  mark=$1 limit=$2 most=$3 input=$4
  shift 4
  (
    sleep "$limit" &
    sleeper=$!
    trap 'kill "$sleeper"; exit 0' TERM
    wait "$sleeper"
    # From here on the run is late, even if it ends while this ends it.
    trap '' TERM
    end_run "$mark"
    exit 7
  ) </dev/null >/dev/null 2>&1 &
  watch=$!
  if [ -n "$input" ]; then
    { { printf "$input" | "$@"; printf '\n%s' "$?" >&2; } | head -c "$most"; }
  else
    { { "$@" </dev/null; printf '\n%s' "$?" >&2; } | head -c "$most"; }
  fi
  kill "$watch" 2>/dev/null
  { wait "$watch"; } 2>/dev/null
  [ $? -ne 7 ] || printf '\nlate' >&2
}

printf '%s ready %s%s\n' "$NONCE" "$code" "$has"
while IFS= read -r line; do eval "$line"; done
