printf 'ba!' >$TAPC/input
printf 'nana\n' >$TAPC/input
printf '\nlong line %s\n' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa >$TAPC/input
for writer in 1 2; do
  (i=0; while [ $i -lt 50 ]; do echo 'a line as long'; i=$((i + 1)); done >$TAPC/input) &
done
wait
[ "$(stat -c %a $TAPC/input)" = 200 ] || exit 1
exec 3>$TAPC/input
printf 'q' >&3
while ! grep -q 'state done' $TAPC/status; do sleep 0.1; done
(printf 'more' >&3) 2>/dev/null && exit 1
exec 3>&-
true
