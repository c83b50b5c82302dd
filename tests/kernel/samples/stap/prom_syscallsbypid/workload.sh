sleep 30 &
tries=0
until cat /proc/systemtap/$MODULE/__prometheus >/tmp/bypid &&
    grep -E "^syscall_count\{pid=\"sleep\[$!\]\",name=\"(clock_)?nanosleep\"\} 1\$" /tmp/bypid; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { cat /tmp/bypid; kill $!; exit 1; }
    sleep 0.1
done
kill $!
