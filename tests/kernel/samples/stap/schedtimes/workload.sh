calls getppid 20000 >/dev/null
sleep 0.2
