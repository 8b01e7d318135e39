package nfs3

import (
	"fmt"

	"bluecore.internal/lab/simnfs/internal/sunrpc"
	"bluecore.internal/lab/simnfs/internal/xdr"
)

// Stability is a stable_how (RFC 1813 §3.3.7): how safe the data must be, or is, once WRITE is answered.
type Stability uint32

// The levels, each one including those before it.
const (
	Unstable Stability = 0 // may be lost with the server until COMMIT
	DataSync Stability = 1 // the data is stored, and what is needed to find it
	FileSync Stability = 2 // all is stored
)

// Verifier is a writeverf3: it changes when the server may have lost unstable data (RFC 1813 §3.3.7).
type Verifier uint64

// Written is the answer to a WRITE.
type Written struct {
	Count     int // bytes taken, from the start of the data
	Committed Stability
	Verifier  Verifier
}

// Read reads into p from offset (RFC 1813 §3.3.6) and returns how many bytes came, and whether the file ends there.
func (c *Client) Read(cred sunrpc.Credentials, fh FileHandle, offset uint64, p []byte) (n int, eof bool, err error) {
	d, err := c.do(cred, procRead, func(e *xdr.Encoder) {
		putHandle(e, fh)
		e.Uint64(offset)
		e.Uint32(uint32(len(p)))
	})
	if err != nil {
		return 0, false, err
	}
	takeOptionalAttr(d)
	d.Uint32() // count, the length of the data once more
	eof = d.Bool()
	n = copy(p, d.Opaque(uint32(len(p))))
	return n, eof, d.Err()
}

// Write writes data at offset (RFC 1813 §3.3.7). The server may take only the start of it.
func (c *Client) Write(cred sunrpc.Credentials, fh FileHandle, offset uint64, data []byte, want Stability) (Written, error) {
	d, err := c.do(cred, procWrite, func(e *xdr.Encoder) {
		putHandle(e, fh)
		e.Uint64(offset)
		e.Uint32(uint32(len(data)))
		e.Uint32(uint32(want))
		e.Opaque(data)
	})
	if err != nil {
		return Written{}, err
	}
	takeWeakCache(d)
	count := d.Uint32()
	w := Written{Count: int(count), Committed: Stability(d.Uint32()), Verifier: Verifier(d.Uint64())}
	if d.Err() != nil {
		return Written{}, d.Err()
	}
	if count == 0 || w.Count > len(data) || w.Committed < want {
		return Written{}, &sunrpc.RejectedError{Reason: fmt.Sprintf(
			"WRITE of %d bytes, stability %d, was answered with %d bytes, stability %d", len(data), want, count, w.Committed)}
	}
	return w, nil
}

// Commit makes the server store all unstable data of a file (RFC 1813 §3.3.21). What was written under another
// verifier than the one returned may be lost and must be written again.
func (c *Client) Commit(cred sunrpc.Credentials, fh FileHandle) (Verifier, error) {
	d, err := c.do(cred, procCommit, func(e *xdr.Encoder) {
		putHandle(e, fh)
		e.Uint64(0) // from the start
		e.Uint32(0) // to the end
	})
	if err != nil {
		return 0, err
	}
	takeWeakCache(d)
	return Verifier(d.Uint64()), d.Err()
}
