calls getppid 2000000000 >/dev/null &
for i in 1 2 3 4 5 6; do taskset -p 1 $! >/dev/null; sleep 0.1; taskset -p 2 $! >/dev/null; sleep 0.1; done
kill $!
