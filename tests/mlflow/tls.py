"""A door with TLS before a server: `python tls.py SERVER_PORT FOLDER [--ask]`.

Makes an authority, a certificate for 127.0.0.1 and one for a client, writes `ca.pem` and `client.pem` (with its key) to
the folder and prints the port. With --ask only who shows the client's certificate is let in. Ends with its stdin.
"""

import datetime
import ipaddress
import os
import pathlib
import socket
import ssl
import sys
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

server, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
address = ipaddress.ip_address("127.0.0.1")
begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(text, key, by, by_key, *extensions):
    builder = x509.CertificateBuilder().subject_name(named(text)).issuer_name(named(by)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(begin).not_valid_after(begin + datetime.timedelta(days=30))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(by_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def private(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("ca", "door", "client")}
authority = (x509.BasicConstraints(ca=True, path_length=None), True)
leaf = (x509.BasicConstraints(ca=False, path_length=None), True)
door_name = (x509.SubjectAlternativeName([x509.IPAddress(address), x509.DNSName("localhost")]), False)
(folder / "ca.pem").write_bytes(certificate("a test's authority", keys["ca"], "a test's authority", keys["ca"], authority))
(folder / "door.pem").write_bytes(
    certificate("door", keys["door"], "a test's authority", keys["ca"], leaf, door_name) + private(keys["door"])
)
(folder / "client.pem").write_bytes(
    certificate("client", keys["client"], "a test's authority", keys["ca"], leaf) + private(keys["client"])
)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "door.pem")
if "--ask" in sys.argv:
    context.load_verify_locations(folder / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED


def pour(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(plain):
    try:
        inside = context.wrap_socket(plain, server_side=True)
        outside = socket.create_connection(("127.0.0.1", server))
    except OSError:
        plain.close()
        return
    threading.Thread(target=pour, args=(outside, inside), daemon=True).start()
    pour(inside, outside)


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)


def accept():
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
os._exit(0)
