#!/usr/bin/php
<?php
// adduser.php NAME PASSWORD
declare(strict_types=1);

require __DIR__ . '/../src/autoload.php';

Chat\Store::open(require __DIR__ . '/../config/database.php')->addUser($argv[1], $argv[2]);
