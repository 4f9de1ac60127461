<?php
namespace Chat;

/** A request that is answered with an error page; the code is the HTTP status. */
final class Refused extends \RuntimeException
{
}
