sleep 2.3
