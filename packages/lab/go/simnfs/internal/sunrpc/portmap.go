package sunrpc

import (
	"context"
	"fmt"
	"net"

	"bluecore.internal/lab/simnfs/internal/xdr"
)

// The port mapper (RFC 1833 §3) tells on which port a program listens.
const (
	portmapPort    = "111"
	portmapGetPort = 3
	protocolTCP    = 6
)

var portmapper = Program{Number: 100000, Version: 2}

// NotRegisteredError says that a host's port mapper does not know a program.
type NotRegisteredError struct {
	Host    string
	Program Program
}

func (e *NotRegisteredError) Error() string {
	return fmt.Sprintf("program %d version %d is not registered with the port mapper of %s", e.Program.Number, e.Program.Version, e.Host)
}

// Port asks the port mapper of host for the TCP port of a program.
// Errors: *NotRegisteredError, and those of Client.Call.
func Port(ctx context.Context, host string, p Program) (int, error) {
	c := NewClient(net.JoinHostPort(host, portmapPort), portmapper)
	defer c.Close()
	d, err := c.Call(ctx, portmapGetPort, Credentials{}, func(e *xdr.Encoder) {
		e.Uint32(p.Number)
		e.Uint32(p.Version)
		e.Uint32(protocolTCP)
		e.Uint32(0) // port, ignored
	})
	if err != nil {
		return 0, err
	}
	port := d.Uint32()
	if d.Err() != nil {
		return 0, d.Err()
	}
	if port == 0 || port > 65535 {
		return 0, &NotRegisteredError{Host: host, Program: p}
	}
	return int(port), nil
}
