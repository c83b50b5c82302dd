ip link set lo up || exit 1
(while true; do ping -c 1 127.0.0.1; done) >/dev/null 2>&1 &
noise=$!
ping -c 40 -i 0.02 127.0.0.1 >/dev/null || exit 1
echo stop >$TAPC/control
while ! grep -q 'state done' $TAPC/status; do sleep 0.1; done
ping -c 5 -i 0.02 127.0.0.1 >/dev/null || exit 1
kill $noise
wait
