# Until the timer came often enough, which takes longer on a busy machine.
rounds=0
while :; do
    calls read 20000 &
    calls read 20000 &
    wait
    rounds=$((rounds + 1))
    [ "$(sed -n 's/^probe 4 hits=\([0-9]*\) .*/\1/p' "$TAPC/status")" -gt 200 ] && break
done
echo "rounds=$rounds" >>"$BIND"
