cd /proc/systemtap/$MODULE || exit 1
[ "$(stat -c %a blocked)$(stat -c %a block)$(stat -c %a unblock)" = 400200200 ] || exit 1
grep "^$$ " blocked && exit 1
echo $$ >block
cat blocked
grep -x "$$ ?" blocked || exit 1
echo $$ >unblock
grep "^$$ " blocked && exit 1
true
