for i in 1 2 3 4 5; do echo x | nc -u -w 1 127.0.0.1 9; done
sleep 7
