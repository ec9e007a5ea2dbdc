"""What listens at the other end, and what it speaks there: where packets arrive, and nobody answers.

`ports` (nobody listens there), `answers` (the path of a probe), `schemes` (TLS or plain), `proxied` (it does not know
that TLS ends before it), `sign_in` (the sign-in page lies behind itself). `uses` says who uses which port of a pod.
"""
