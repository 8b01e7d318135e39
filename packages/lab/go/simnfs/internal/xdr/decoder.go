package xdr

import (
	"encoding/binary"
	"fmt"
)

// Error says why a message is not what it should be. It is met once; all later reads of that decoder give zero values.
type Error struct {
	What string
}

func (e *Error) Error() string { return "malformed XDR: " + e.What }

// Decoder takes items from a message. After the first error every method returns a zero value, so that a whole
// structure can be read and Err asked once at its end.
type Decoder struct {
	rest []byte
	err  error
}

// NewDecoder returns a decoder of p. It keeps p.
func NewDecoder(p []byte) *Decoder { return &Decoder{rest: p} }

// Err returns the first error met, an *Error.
func (d *Decoder) Err() error { return d.err }

// Len returns the number of bytes not yet taken.
func (d *Decoder) Len() int { return len(d.rest) }

func (d *Decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = &Error{What: fmt.Sprintf(format, args...)}
	}
	d.rest = nil
}

// take returns the next n bytes, or nil after an error.
func (d *Decoder) take(n uint32) []byte {
	if d.err != nil {
		return nil
	}
	if uint64(n) > uint64(len(d.rest)) {
		d.fail("%d bytes expected, %d left", n, len(d.rest))
		return nil
	}
	p := d.rest[:n:n]
	d.rest = d.rest[n:]
	return p
}

// Uint32 takes an unsigned integer or an enumeration.
func (d *Decoder) Uint32() uint32 {
	p := d.take(4)
	if p == nil {
		return 0
	}
	return binary.BigEndian.Uint32(p)
}

// Uint64 takes an unsigned hyper integer.
func (d *Decoder) Uint64() uint64 {
	p := d.take(8)
	if p == nil {
		return 0
	}
	return binary.BigEndian.Uint64(p)
}

// Bool takes a boolean; only 0 and 1 are ones (RFC 4506 §4.4).
func (d *Decoder) Bool() bool {
	v := d.Uint32()
	if v > 1 {
		d.fail("boolean is %d", v)
		return false
	}
	return v == 1
}

// Fixed takes n bytes and the padding behind them. The result shares the message's memory.
func (d *Decoder) Fixed(n uint32) []byte {
	p := d.take(n)
	d.take((unit - n%unit) % unit)
	return p
}

// Opaque takes opaque data of at most limit bytes behind its length. The result shares the message's memory.
func (d *Decoder) Opaque(limit uint32) []byte {
	n := d.Uint32()
	if n > limit {
		d.fail("opaque data of %d bytes, at most %d allowed", n, limit)
		return nil
	}
	return d.Fixed(n)
}

// String takes a string of at most limit bytes.
func (d *Decoder) String(limit uint32) string { return string(d.Opaque(limit)) }
