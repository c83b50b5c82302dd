cd /proc/systemtap/$MODULE || exit 1
tell() { echo "$1" >tell; }
tell "$(cat long)"
tell "$(cat exact)"
tell "empty $(wc -c <empty)"
i=0
while [ $i -lt 400 ]; do printf '%49d\n' $i; i=$((i + 1)); done >/tmp/big
cmp big /tmp/big || exit 1
tell "big $(wc -c <big)"
cat divides >/tmp/divides 2>&1 && exit 1
tell "$(cat /tmp/divides)"
echo now >mend
tell "$(cat divides)"
dd if=/tmp/big of=much bs=20000 2>/dev/null
