cd /proc/systemtap/$MODULE || exit 1
exec 3<text 4<text 5>text
echo "$(dd bs=2 count=1 <&3 2>/dev/null)" >&5
cd /
# One that is inside, over and over.
(while echo again 2>/dev/null >/proc/systemtap/$MODULE/text; do cat /proc/systemtap/$MODULE/text; done) >/tmp/reads 2>/dev/null &
sleep 0.2
echo stop >$TAPC/control
while ! grep -q 'state done' $TAPC/status; do sleep 0.1; done
wait $!
[ -e /proc/systemtap/$MODULE ] && echo "still there" && exit 1
cat <&3 && exit 1
cat <&4 && exit 1
(echo more >&5) && exit 1
[ "$(sort -u /tmp/reads)" = "a text" ]
