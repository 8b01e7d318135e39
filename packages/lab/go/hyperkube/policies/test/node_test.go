// Package test loads tables into a kernel: a node and its pods are network namespaces, and packets are sent.
// It needs root, ip and nft.
package test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"bluecore.internal/lab/hyperkube/policies/compile"
	"bluecore.internal/lab/hyperkube/policies/nft"
	"golang.org/x/sys/unix"
)

// patience is how long an answer may take before a packet counts as dropped.
const patience = 300 * time.Millisecond

// The node forwards between three namespaces: two pods of its own and one of another node.
const (
	db  = "10.42.1.2"
	web = "10.42.1.3"
	far = "10.42.2.4"
)

// ofNode is the node's own address towards its pods; service is an address that nobody answers to.
const (
	ofNode  = "10.42.1.1"
	service = "10.43.0.7"
)

func namespace(address string) string {
	return fmt.Sprintf("policies-%d-%s", os.Getpid(), address)
}

func ip(t *testing.T, arguments string) {
	t.Helper()
	if output, err := exec.Command("ip", strings.Fields(arguments)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s(this test needs root and iproute2)", arguments, err, output)
	}
}

// newNode makes the namespaces, with a TCP server at ports 80 and 81 and a UDP echo at port 53 of each.
func newNode(t *testing.T) {
	t.Helper()
	node := namespace(ofNode)
	ip(t, "netns add "+node)
	t.Cleanup(func() { ip(t, "netns del "+node) })
	inside(t, ofNode, func() { // /proc/sys/net is that of the thread that opens it
		if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0); err != nil {
			t.Error(err)
		}
	})
	ip(t, fmt.Sprintf("-n %s link set lo up", node))
	ip(t, fmt.Sprintf("-n %s address add %s/32 dev lo", node, ofNode))
	for index, pod := range []string{db, web, far} {
		name := namespace(pod)
		ip(t, "netns add "+name)
		t.Cleanup(func() { ip(t, "netns del "+name) })
		ip(t, fmt.Sprintf("-n %s link add pod%d type veth peer name eth0 netns %s", node, index, name))
		ip(t, fmt.Sprintf("-n %s link set pod%d up", node, index))
		ip(t, fmt.Sprintf("-n %s route add %s dev pod%d", node, pod, index))
		ip(t, fmt.Sprintf("-n %s link set lo up", name))
		ip(t, fmt.Sprintf("-n %s link set eth0 up", name))
		ip(t, fmt.Sprintf("-n %s address add %s/32 dev eth0", name, pod))
		ip(t, fmt.Sprintf("-n %s route add %s dev eth0", name, ofNode))
		ip(t, fmt.Sprintf("-n %s route add default via %s", name, ofNode))
	}
	ip(t, fmt.Sprintf("-n %s route add %s via %s dev pod2 onlink", node, service, far))
	for _, address := range []string{db, web, far, ofNode} {
		serve(t, address)
	}
}

// inside runs something in a namespace: its sockets stay there.
func inside(t *testing.T, address string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with its goroutine
		file, err := os.Open("/run/netns/" + namespace(address))
		if err == nil {
			err = unix.Setns(int(file.Fd()), unix.CLONE_NEWNET)
			file.Close()
		}
		if err != nil {
			t.Errorf("enter the namespace of %s: %v", address, err)
			return
		}
		do()
	}()
	<-done
}

func serve(t *testing.T, address string) {
	t.Helper()
	inside(t, address, func() {
		for _, port := range []string{":80", ":81"} {
			listener, err := net.Listen("tcp4", port)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { listener.Close() })
			go echoStreams(listener)
		}
		packets, err := net.ListenPacket("udp4", ":53")
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { packets.Close() })
		go echoPackets(packets)
	})
}

func echoStreams(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			buffer := make([]byte, 1)
			for {
				if _, err := connection.Read(buffer); err != nil {
					return
				}
				if _, err := connection.Write(buffer); err != nil {
					return
				}
			}
		}()
	}
}

func echoPackets(packets net.PacketConn) {
	buffer := make([]byte, 1)
	for {
		_, from, err := packets.ReadFrom(buffer)
		if err != nil {
			return
		}
		_, _ = packets.WriteTo(buffer, from)
	}
}

// connect opens a way from one to another, such as "tcp4" to "10.42.1.2:80".
func connect(t *testing.T, from, network, to string) (connection net.Conn, err error) {
	t.Helper()
	inside(t, from, func() {
		connection, err = (&net.Dialer{Timeout: patience}).DialContext(context.Background(), network, to)
	})
	return connection, err
}

// answers reports whether a byte that is sent comes back.
func answers(connection net.Conn) bool {
	_ = connection.SetDeadline(time.Now().Add(patience))
	buffer := make([]byte, 1)
	if _, err := connection.Write(buffer); err != nil {
		return false
	}
	_, err := connection.Read(buffer)
	return err == nil
}

// nftInside gives a table to the node's packet filter.
func nftInside(t *testing.T, table compile.Table) (err error) {
	inside(t, ofNode, func() { err = nft.Apply(t.Context(), table.String()) })
	return err
}

func load(t *testing.T, table compile.Table) {
	t.Helper()
	if err := nftInside(t, table); err != nil {
		t.Fatalf("%v\n%s(this test needs root and nftables)", err, table)
	}
}

// try reports whether a packet gets to its destination and back, or is rejected: "web>db:80" is TCP, port 53 is UDP.
func try(t *testing.T, way string) (passes, refused bool) {
	t.Helper()
	names := map[string]string{"db": db, "web": web, "far": far, "node": ofNode, "service": service}
	from, to, _ := strings.Cut(way, ">")
	host, port, _ := strings.Cut(to, ":")
	network := map[bool]string{true: "udp4", false: "tcp4"}[port == "53"]
	connection, err := connect(t, names[from], network, net.JoinHostPort(names[host], port))
	if err != nil {
		return false, errors.Is(err, unix.ECONNREFUSED)
	}
	defer connection.Close()
	return answers(connection), false
}

func passes(t *testing.T, way string) bool {
	passes, _ := try(t, way)
	return passes
}

var podRange = netip.MustParsePrefix("10.42.1.0/24")
