"""What nobody but the kubelet and the container runtime reads: the words of commands, `$(NAME)`, names of images."""
