sh -c 'for i in 5 6 7; do echo $i >/proc/sys/kernel/panic; echo 1 >/proc/sys/kernel/panic_on_oops; done'
cat /proc/sys/kernel/panic /proc/sys/kernel/panic /proc/sys/kernel/panic_on_oops /proc/sys/kernel/panic_on_oops >/dev/null
ls -l /proc/sys/kernel/panic_on_oops >/dev/null
