sleep 0.25
