ifconfig lo
