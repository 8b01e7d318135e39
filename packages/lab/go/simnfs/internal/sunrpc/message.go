// Package sunrpc is the client side of ONC RPC (RFC 5531) on TCP, with the patience of a hard NFS mount.
package sunrpc

import (
	"fmt"

	"bluecore.internal/lab/simnfs/internal/xdr"
)

// Program names a remote program and its version.
type Program struct {
	Number, Version uint32
}

// Constants of RFC 5531 §9.
const (
	rpcVersion = 2

	msgCall  = 0
	msgReply = 1

	replyAccepted = 0
	replyDenied   = 1

	acceptSuccess = 0

	deniedRPCMismatch = 0
	deniedAuthError   = 1
)

// maxAuth is the largest body of a credential or verifier (RFC 5531 §8.2).
const maxAuth = 400

// acceptReasons are the accept_stat values of RFC 5531 §9 other than SUCCESS.
var acceptReasons = map[uint32]string{
	1: "program unavailable",
	2: "program version not supported",
	3: "procedure unavailable",
	4: "the server could not read the arguments",
	5: "system error",
}

// RejectedError says that the server took a call but did not carry it out.
type RejectedError struct {
	Reason string
}

func (e *RejectedError) Error() string { return "RPC rejected: " + e.Reason }

// encodeCall returns a call message (RFC 5531 §9) behind room for its record mark.
func encodeCall(xid uint32, p Program, proc uint32, cred Credentials, args func(*xdr.Encoder)) []byte {
	e := xdr.NewEncoder(make([]byte, markSize, 256))
	e.Uint32(xid)
	e.Uint32(msgCall)
	e.Uint32(rpcVersion)
	e.Uint32(p.Number)
	e.Uint32(p.Version)
	e.Uint32(proc)
	cred.encode(e)
	e.Uint32(authNone) // verifier
	e.Uint32(0)
	if args != nil {
		args(e)
	}
	return e.Bytes()
}

// decodeReply reads a reply from behind its xid and returns a decoder of the results.
// Errors: *RejectedError, *xdr.Error.
func decodeReply(reply []byte) (*xdr.Decoder, error) {
	d := xdr.NewDecoder(reply)
	if kind := d.Uint32(); kind != msgReply && d.Err() == nil {
		return nil, &RejectedError{Reason: fmt.Sprintf("message type %d is not a reply", kind)}
	}
	switch d.Uint32() {
	case replyAccepted:
		d.Uint32() // verifier
		d.Opaque(maxAuth)
		status := d.Uint32()
		if d.Err() != nil {
			return nil, d.Err()
		}
		if status != acceptSuccess {
			return nil, &RejectedError{Reason: reason(acceptReasons, status)}
		}
		return d, nil
	case replyDenied:
		cause := d.Uint32()
		detail := d.Uint32()
		if d.Err() != nil {
			return nil, d.Err()
		}
		switch cause {
		case deniedRPCMismatch:
			return nil, &RejectedError{Reason: fmt.Sprintf("the server's lowest RPC version is %d", detail)}
		case deniedAuthError:
			return nil, &RejectedError{Reason: "authentication: " + reason(authReasons, detail)}
		}
		return nil, &RejectedError{Reason: fmt.Sprintf("denied for unknown cause %d", cause)}
	}
	if d.Err() != nil {
		return nil, d.Err()
	}
	return nil, &RejectedError{Reason: "neither accepted nor denied"}
}

func reason(known map[uint32]string, status uint32) string {
	if text, ok := known[status]; ok {
		return text
	}
	return fmt.Sprintf("status %d", status)
}
