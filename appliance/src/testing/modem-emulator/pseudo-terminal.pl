# A serial line without hardware: makes a pseudo terminal, links PATH to it, and passes bytes between it and this
# program's own input and output. Ends when its input ends; the terminal is then gone, as a cable that is pulled out.
# Needs nothing beyond perl-base, which every Debian has.
use strict;
use warnings;
use POSIX ();

my ($path) = @ARGV;
sysopen(my $master, '/dev/ptmx', POSIX::O_RDWR() | POSIX::O_NOCTTY()) or die "/dev/ptmx: $!\n";

# TIOCSPTLCK and TIOCGPTN, asm-generic/ioctls.h.
my $locked = pack 'i', 0;
ioctl($master, 0x40045431, $locked) or die "cannot unlock the terminal: $!\n";
my $number = pack 'I', 0;
ioctl($master, 0x80045430, $number) or die "the terminal has no number: $!\n";
my $terminal = '/dev/pts/' . unpack 'I', $number;

# Kept open, so that the line is there while nobody else has it open.
sysopen(my $slave, $terminal, POSIX::O_RDWR() | POSIX::O_NOCTTY()) or die "$terminal: $!\n";
my $attributes = POSIX::Termios->new;
$attributes->getattr(fileno $slave);
$attributes->setiflag(0);
$attributes->setoflag(0);
$attributes->setlflag(0);
$attributes->setattr(fileno $slave, POSIX::TCSANOW());

unlink $path;
symlink $terminal, $path or die "$path: $!\n";
print STDERR "ready\n";

my $watched = '';
vec($watched, fileno STDIN,   1) = 1;
vec($watched, fileno $master, 1) = 1;
while (1) {
    select(my $ready = $watched, undef, undef, undef);
    if (vec $ready, fileno STDIN, 1) {
        last unless sysread STDIN, my $bytes, 65_536;
        syswrite $master, $bytes;
    }
    if (vec $ready, fileno $master, 1) {
        last unless sysread $master, my $bytes, 65_536;
        syswrite STDOUT, $bytes;
    }
}
unlink $path if (readlink($path) // '') eq $terminal;
