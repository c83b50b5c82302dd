calls getppid 300000 >/dev/null
sleep 5
