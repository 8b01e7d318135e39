package nfs3

import (
	"bluecore.internal/lab/simnfs/internal/sunrpc"
	"bluecore.internal/lab/simnfs/internal/xdr"
)

// Bytes that one READDIRPLUS may answer with: names and cookies, and everything (RFC 1813 §3.3.17).
const (
	dirCount = 8 << 10
	maxCount = 64 << 10
)

// Entry is a name in a directory. Cookie is where to go on behind it; Attr is nil if the server left it out.
type Entry struct {
	FileID uint64
	Name   string
	Cookie uint64
	Attr   *Attr
}

// Listing is one piece of a directory.
type Listing struct {
	Verifier uint64 // goes with the cookies
	Entries  []Entry
	End      bool
}

// ReadDirPlus lists a directory from behind cookie, or from its start with cookie and verifier 0 (RFC 1813 §3.3.17).
func (c *Client) ReadDirPlus(cred sunrpc.Credentials, dir FileHandle, cookie, verifier uint64) (Listing, error) {
	d, err := c.do(cred, procReadDirPlus, func(e *xdr.Encoder) {
		putHandle(e, dir)
		e.Uint64(cookie)
		e.Uint64(verifier)
		e.Uint32(dirCount)
		e.Uint32(maxCount)
	})
	if err != nil {
		return Listing{}, err
	}
	takeOptionalAttr(d)
	l := Listing{Verifier: d.Uint64()}
	for d.Bool() {
		entry := Entry{FileID: d.Uint64(), Name: d.String(maxName), Cookie: d.Uint64(), Attr: takeOptionalAttr(d)}
		if d.Bool() {
			takeHandle(d) // looked up when it is needed
		}
		l.Entries = append(l.Entries, entry)
	}
	l.End = d.Bool()
	return l, d.Err()
}
