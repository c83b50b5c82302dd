calls getppid 100000 >/dev/null
sleep 2.2
