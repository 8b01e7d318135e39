package sunrpc

import "bluecore.internal/lab/simnfs/internal/xdr"

// Flavours of authentication (RFC 5531 §8.2).
const (
	authNone = 0
	// AuthSys is the flavour of user and group numbers (RFC 5531 appendix A), the only one spoken here.
	AuthSys = 1
)

// maxGroups is how many supplementary groups AUTH_SYS carries; the rest is left off, as Linux does.
const maxGroups = 16

// machineName is what AUTH_SYS says about the caller's host. Servers show it in traces and trust it in nothing.
const machineName = "simnfs"

// authReasons are the auth_stat values of RFC 5531 §9 that fit AUTH_SYS.
var authReasons = map[uint32]string{
	1: "bad credential",
	2: "rejected credential",
	3: "bad verifier",
	4: "rejected verifier",
	5: "too weak",
}

// Credentials are those of AUTH_SYS: who asks.
type Credentials struct {
	UID, GID uint32
	Groups   []uint32
}

// encode appends an opaque_auth of flavour AUTH_SYS with its authsys_parms (RFC 5531 §8.2, appendix A).
func (c Credentials) encode(e *xdr.Encoder) {
	groups := c.Groups[:min(len(c.Groups), maxGroups)]
	var body xdr.Encoder
	body.Uint32(0) // stamp
	body.String(machineName)
	body.Uint32(c.UID)
	body.Uint32(c.GID)
	body.Uint32(uint32(len(groups)))
	for _, g := range groups {
		body.Uint32(g)
	}
	e.Uint32(AuthSys)
	e.Opaque(body.Bytes())
}
