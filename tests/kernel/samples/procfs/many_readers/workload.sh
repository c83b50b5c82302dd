cd /proc/systemtap/$MODULE || exit 1
for task in 1 2 3; do
  (i=0; while [ $i -lt 200 ]; do echo 1234567 >add; i=$((i + 1)); done) &
  (i=0; while [ $i -lt 50 ]; do cat sum; i=$((i + 1)); done >/tmp/sums.$task) &
done
wait
# Eight bytes a write, at every moment.
cat /tmp/sums.* | while read count sum writes; do
  [ $sum = $((8 * count)) ] && [ $count = $writes ] || { echo "$count $sum $writes"; exit 1; }
done
