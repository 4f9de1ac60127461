# The same checks of this machine by repot and its peers.
# shellcheck shell=bash disable=SC2154

checks_of() { # NAME
    local name=$1 count ours serverspec testinfra goss
    count=$(bench/checks.py "$name" "$work")
    section "$count checks of this machine ($name)"
    pushd "$work" >/dev/null
    # Twenty in a row, because one is too short for a clock of hundredths.
    ours=$(wall 5 sh -c 'for _ in $(seq 20); do "$@" || exit; done' sh "$repot" verify local --role "$name")
    ours=$(awk -v t="$ours" 'BEGIN { printf "%.4f", t / 20 }')
    serverspec=$(wall 2 rspec "serverspec/${name}_spec.rb")
    testinfra=$(wall 2 "$pytest" -q "test_$name.py")
    figure "repot, seconds" "$ours"
    figure "ServerSpec, seconds" "$serverspec"
    figure "testinfra, seconds" "$testinfra"
    if command -v goss >/dev/null; then
        goss=$(wall 3 goss -g "goss-$name.yaml" validate)
        figure "Goss, seconds" "$goss"
        figure "Goss / repot" "$(ratio "$goss" "$ours")"
    fi
    figure "testinfra / repot" "$(ratio "$testinfra" "$ours")"
    if [ "$name" = plain ]; then
        goal "ServerSpec / repot" "$(ratio "$serverspec" "$ours")" least 200
    else
        figure "ServerSpec / repot" "$(ratio "$serverspec" "$ours")"
    fi
    strace -f -e trace=execve -o "$work/trace" "$repot" verify local --role "$name" >/dev/null 2>&1
    goal "child processes of repot" "$(($(grep -c 'execve(.*= 0$' "$work/trace") - 1))" most 5
    popd >/dev/null
}

checks_of plain
checks_of mixed
