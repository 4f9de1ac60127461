#1640525771
tail -f /var/log/chat-worker.log
#1640525806
curl -I localhost
#1640525924
ls
#1640525997
sudo -i
#1640526069
sudo -i
#1640943256
curl -I localhost
#1640943280
sudo systemctl reload nginx
#1640943293
ls -lt /var/www/chat/releases | head
#1640961532
tail -f /var/log/chat-worker.log
#1640961614
sudo -i
#1640961712
htop
#1640961815
git log -3
#1640961864
exit
#1640961889
vim.tiny ~/todo
#1641572889
exit
#1641572932
tail -f /var/log/chat-worker.log
#1641572983
cd /var/www/chat/current
#1641718767
man crontab
#1641718857
ls -lt /var/www/chat/releases | head
#1641718904
du -sh /var/www/chat/shared/uploads
#1641718975
tail -f /var/log/chat-worker.log
#1641719093
cat REVISION
#1641817491
htop
#1641817507
who
#1641817558
curl -I localhost
#1641817662
cat REVISION
#1641817692
vim.tiny ~/todo
#1641817755
who
#1643284568
ls
#1643284652
vim.tiny ~/todo
#1643284707
sudo nginx -t
#1643284826
tail -f /var/log/chat-worker.log
#1643284929
htop
#1643284973
htop
#1643622768
curl -I localhost
#1643622790
sudo nginx -t
#1643622903
sudo systemctl reload nginx
#1643623007
cat REVISION
#1643623072
man crontab
#1643623118
sudo nginx -t
#1643623748
sudo tail /var/log/php8.2-fpm-chat.log
#1643623840
git log -3
#1643623880
du -sh /var/www/chat/shared/uploads
#1643813495
ls
#1643813555
tail -f /var/log/chat-worker.log
#1643813604
history | grep sed
#1643813631
tail -f /var/log/chat-worker.log
#1643813673
cat REVISION
#1644161713
cat REVISION
#1644161733
cat REVISION
#1644161805
du -sh /var/www/chat/shared/uploads
#1644161834
du -sh /var/www/chat/shared/uploads
#1644161863
man crontab
#1644161906
man crontab
#1644321343
htop
#1644321356
du -sh /var/www/chat/shared/uploads
#1644321407
history | grep sed
#1644321444
sudo tail /var/log/php8.2-fpm-chat.log
#1644321557
ls -lt /var/www/chat/releases | head
#1644403653
who
#1644403730
who
#1644943572
vim.tiny ~/todo
#1644943673
vim.tiny ~/todo
#1644943706
htop
#1644943792
du -sh /var/www/chat/shared/uploads
#1644943808
who
#1645007477
sudo nginx -t
#1645007543
ls -lt /var/www/chat/releases | head
#1645007571
exit
#1645007687
sudo -i
#1645007794
htop
#1645007864
man crontab
#1645196525
git log -3
#1645196619
htop
#1645196731
du -sh /var/www/chat/shared/uploads
#1645374453
sudo systemctl reload nginx
#1645374513
sudo systemctl reload nginx
#1645374592
git log -3
#1645521061
cat REVISION
#1645521087
du -sh /var/www/chat/shared/uploads
#1645521166
curl -I localhost
#1645521218
ls
#1645540671
curl -I localhost
#1645540769
du -sh /var/www/chat/shared/uploads
#1645540802
who
#1645795533
git log -3
#1645795602
git log -3
#1646413500
sudo cp /etc/nginx/sites-available/chat /tmp/chat.try
#1646413536
vim.tiny /tmp/chat.try
#1646413609
rm /tmp/chat.try
#1646474685
vim.tiny ~/todo
#1646474755
cd /var/www/chat/current
#1647945052
du -sh /var/www/chat/shared/uploads
#1647945135
exit
#1647945201
sudo systemctl reload nginx
#1647945281
git log -3
#1647945311
sudo nginx -t
#1647945413
vim.tiny ~/todo
#1648301392
ls
#1648301456
vim.tiny ~/todo
#1648306967
curl -I localhost
#1648307074
ls
#1648307183
who
#1648307233
cat REVISION
#1648373750
cd /var/www/chat/current
#1648373835
sudo tail /var/log/php8.2-fpm-chat.log
#1648373934
sudo tail /var/log/php8.2-fpm-chat.log
#1648374040
cat REVISION
#1648374148
exit
#1648374192
vim.tiny ~/todo
#1648454447
history | grep sed
#1648454463
ls
#1648454478
man crontab
#1648454522
sudo tail /var/log/php8.2-fpm-chat.log
#1648454538
sudo systemctl reload nginx
#1648454542
sudo -i
#1648915240
tail -f /var/log/chat-worker.log
#1648915336
curl -I localhost
#1648915440
history | grep sed
#1648915462
man crontab
#1648915543
sudo nginx -t
#1648915565
htop
#1649177251
htop
#1649177370
sudo systemctl reload nginx
#1649177484
cat REVISION
#1649497920
curl -I localhost
#1649497940
cd /var/www/chat/current
#1649498030
history | grep sed
#1649498041
history | grep sed
#1649498134
vim.tiny ~/todo
#1649668532
sudo -i
#1649668648
cat REVISION
#1649668730
sudo systemctl reload nginx
#1649668744
sudo systemctl reload nginx
#1649668825
htop
#1649950679
history | grep sed
#1649950736
curl -I localhost
#1649950776
history | grep sed
#1649950836
curl -I localhost
#1649950842
sudo tail /var/log/php8.2-fpm-chat.log
#1652954066
ls
#1652954076
sudo -i
#1652954152
sudo tail /var/log/php8.2-fpm-chat.log
#1653293001
sudo nginx -t
#1653293121
history | grep sed
#1653293164
git log -3
#1653293192
sudo tail /var/log/php8.2-fpm-chat.log
#1653838536
sudo -i
#1653838562
htop
#1653838636
sudo -i
#1653838649
htop
#1653838680
git log -3
#1653838730
cat REVISION
#1653902674
htop
#1653902686
ls
#1653902703
ls -lt /var/www/chat/releases | head
#1653902734
man crontab
#1654619642
who
#1654619761
cd /var/www/chat/current
#1655734429
who
#1655734438
ls
#1655734548
du -sh /var/www/chat/shared/uploads
#1655812737
ls -lt /var/www/chat/releases | head
#1655812810
tail -f /var/log/chat-worker.log
#1655812909
git log -3
#1656144821
vim.tiny ~/todo
#1656144848
who
#1656509594
cd /var/www/chat/current
#1656509668
cat REVISION
#1656509686
who
#1657210655
exit
#1657210749
exit
#1657292529
ls
#1657292537
exit
#1657292551
vim.tiny ~/todo
#1657292654
curl -I localhost
#1657292744
curl -I localhost
#1658053868
sudo tail /var/log/php8.2-fpm-chat.log
#1658053967
cd /var/www/chat/current
#1658054059
exit
#1658054167
git log -3
#1658054184
sudo nginx -t
#1658490527
curl -I localhost
#1658490621
sudo systemctl reload nginx
#1658490651
tail -f /var/log/chat-worker.log
#1658490657
sudo -i
#1658591563
exit
#1658591591
sudo nginx -t
#1658591648
sudo -i
#1658751817
sudo -i
#1658751854
sudo tail /var/log/php8.2-fpm-chat.log
#1658751873
du -sh /var/www/chat/shared/uploads
#1658850666
git log -3
#1658850699
ls -lt /var/www/chat/releases | head
#1658850795
vim.tiny ~/todo
#1659447536
htop
#1659447543
history | grep sed
#1659447619
vim.tiny ~/todo
#1659447674
vim.tiny ~/todo
#1659447764
who
#1660315193
vim.tiny ~/todo
#1660315227
vim.tiny ~/todo
#1660315238
tail -f /var/log/chat-worker.log
#1660315335
who
#1660900320
sudo apt-get install strace
#1660900408
sudo strace -p $(pgrep -f worker.php) -c
#1660900447
sudo apt-get purge strace
#1661863892
curl -I localhost
#1661864010
history | grep sed
#1661864034
vim.tiny ~/todo
#1661864059
who
#1661864122
sudo nginx -t
#1662803169
htop
#1662803199
cat REVISION
#1663346736
exit
#1663346769
history | grep sed
#1663409241
man crontab
#1663409289
man crontab
#1664265762
ls
#1664265843
du -sh /var/www/chat/shared/uploads
#1664265860
sudo -i
#1664265905
tail -f /var/log/chat-worker.log
#1664266007
ls
#1664877606
htop
#1664877636
git log -3
#1664877725
sudo nginx -t
#1664877749
curl -I localhost
#1664877835
cat REVISION
#1664877845
cat REVISION
#1665065482
sudo -i
#1665065495
sudo tail /var/log/php8.2-fpm-chat.log
#1665065520
cat REVISION
#1665065527
history | grep sed
#1665583411
tail -f /var/log/chat-worker.log
#1665583509
curl -I localhost
#1665583626
sudo nginx -t
#1665592142
man crontab
#1665592211
du -sh /var/www/chat/shared/uploads
#1665592283
htop
#1665592392
sudo systemctl reload nginx
#1665592486
sudo systemctl reload nginx
#1667312132
sudo systemctl reload nginx
#1667312192
htop
#1667578809
exit
#1667578889
who
#1667579003
sudo nginx -t
#1667579023
ls -lt /var/www/chat/releases | head
#1667579096
who
#1668240574
who
#1668240616
who
#1668240659
who
#1668240731
sudo nginx -t
#1668240849
git log -3
#1668610046
cd /var/www/chat/current
#1668610098
git log -3
#1668610195
vim.tiny ~/todo
#1668610313
sudo nginx -t
#1668696805
exit
#1668696822
man crontab
#1669108131
sudo tail /var/log/php8.2-fpm-chat.log
#1669108216
curl -I localhost
#1669108231
htop
#1669108341
curl -I localhost
#1670575585
htop
#1670575683
cd /var/www/chat/current
#1670596462
ls
#1670596547
who
#1671640365
exit
#1671640445
cat REVISION
#1672484762
git log -3
#1672484796
sudo nginx -t
#1672484905
sudo nginx -t
#1672848357
htop
#1672848461
vim.tiny ~/todo
#1672848547
git log -3
#1672848636
history | grep sed
#1673102912
who
#1673102974
git log -3
#1673103084
tail -f /var/log/chat-worker.log
#1673103123
history | grep sed
#1673103163
tail -f /var/log/chat-worker.log
#1673430701
sudo systemctl reload nginx
#1673430733
curl -I localhost
#1673430817
ls -lt /var/www/chat/releases | head
#1673430883
vim.tiny ~/todo
#1673430897
exit
#1673430909
ls -lt /var/www/chat/releases | head
#1673440726
sudo -i
#1673440771
htop
#1673440811
who
#1673440841
htop
#1673440953
tail -f /var/log/chat-worker.log
#1673875947
vim.tiny ~/todo
#1673875981
du -sh /var/www/chat/shared/uploads
#1673877962
sudo nginx -t
#1673878056
exit
#1673878134
tail -f /var/log/chat-worker.log
#1673878198
sudo nginx -t
#1673959834
man crontab
#1673959942
cd /var/www/chat/current
#1673960023
sudo tail /var/log/php8.2-fpm-chat.log
#1673960114
htop
#1673960175
exit
#1674117019
tail -f /var/log/chat-worker.log
#1674117051
man crontab
#1674117115
sudo systemctl reload nginx
#1674117204
sudo nginx -t
#1674229564
ls
#1674229591
cd /var/www/chat/current
#1674382970
sudo nginx -t
#1674382993
cat REVISION
#1674383106
ls -lt /var/www/chat/releases | head
#1674383117
cat REVISION
#1674383195
htop
#1674383295
sudo tail /var/log/php8.2-fpm-chat.log
#1674749007
git log -3
#1674749059
man crontab
#1674749106
who
#1674749182
ls -lt /var/www/chat/releases | head
#1674749205
history | grep sed
#1674749217
sudo tail /var/log/php8.2-fpm-chat.log
#1675245195
exit
#1675245253
exit
#1675245292
who
#1675528264
curl -I localhost
#1675528291
tail -f /var/log/chat-worker.log
#1675528377
curl -I localhost
#1675528406
sudo systemctl reload nginx
#1675528523
sudo nginx -t
#1675693801
git log -3
#1675693914
man crontab
#1676126640
ssh-keygen -t ed25519
#1676126732
cat ~/.ssh/id_ed25519.pub
#1676126742
rm ~/.ssh/id_ed25519*
#1676202760
cd /var/www/chat/current
#1676202831
man crontab
#1676202891
man crontab
#1676202954
ls -lt /var/www/chat/releases | head
#1676203072
cat REVISION
#1676294842
ls
#1676294926
who
#1676375878
git log -3
#1676375957
git log -3
#1676376048
history | grep sed
#1676376101
sudo nginx -t
#1677851030
cd /var/www/chat/current
#1677851097
cat REVISION
#1677851166
exit
#1677851193
vim.tiny ~/todo
#1677944993
du -sh /var/www/chat/shared/uploads
#1677945003
curl -I localhost
#1677945115
man crontab
#1677945157
ls -lt /var/www/chat/releases | head
#1677945271
sudo tail /var/log/php8.2-fpm-chat.log
#1677945321
sudo nginx -t
#1678196245
du -sh /var/www/chat/shared/uploads
#1678196264
curl -I localhost
#1678196298
curl -I localhost
#1678698305
exit
#1678698376
cd /var/www/chat/current
#1678698381
cat REVISION
#1678698474
ls
#1678698551
ls -lt /var/www/chat/releases | head
#1678698628
ls
#1678706873
sudo nginx -t
#1678706977
sudo tail /var/log/php8.2-fpm-chat.log
#1678707086
history | grep sed
#1678707109
sudo nginx -t
#1678707148
vim.tiny ~/todo
#1678707259
ls -lt /var/www/chat/releases | head
#1678802138
sudo systemctl reload nginx
#1678802258
tail -f /var/log/chat-worker.log
#1679498434
man crontab
#1679498519
sudo -i
#1679498540
sudo tail /var/log/php8.2-fpm-chat.log
#1679498612
who
#1679498706
du -sh /var/www/chat/shared/uploads
#1679498745
who
#1680260076
cd /var/www/chat/current
#1680260178
tail -f /var/log/chat-worker.log
#1680260242
sudo tail /var/log/php8.2-fpm-chat.log
#1680260248
tail -f /var/log/chat-worker.log
#1680514974
sudo nginx -t
#1680515055
history | grep sed
#1680515106
ls
#1680515136
vim.tiny ~/todo
#1680768786
cat REVISION
#1680768832
history | grep sed
#1680768864
curl -I localhost
#1680768962
who
#1680769003
git log -3
#1680972756
vim.tiny ~/todo
#1680972804
vim.tiny ~/todo
#1681306437
man crontab
#1681306454
cat REVISION
#1681306465
man crontab
#1681306545
curl -I localhost
#1681306625
du -sh /var/www/chat/shared/uploads
#1682171879
sudo -i
#1682171919
cd /var/www/chat/current
#1682172020
du -sh /var/www/chat/shared/uploads
#1682348605
exit
#1682348633
man crontab
#1682348750
sudo -i
#1682348834
vim.tiny ~/todo
#1682348936
sudo -i
#1682348940
sudo tail /var/log/php8.2-fpm-chat.log
#1682416613
who
#1682416662
who
#1682416730
vim.tiny ~/todo
#1682416743
exit
#1682416792
du -sh /var/www/chat/shared/uploads
#1682940327
tail -f /var/log/chat-worker.log
#1682940417
cd /var/www/chat/current
#1682940482
tail -f /var/log/chat-worker.log
#1682940602
man crontab
#1682940655
history | grep sed
#1683361150
cat REVISION
#1683361240
sudo -i
#1683361331
sudo -i
#1683809488
curl -I localhost
#1683809601
sudo -i
#1683809642
cd /var/www/chat/current
#1683809692
sudo systemctl reload nginx
#1683809796
history | grep sed
#1683971732
du -sh /var/www/chat/shared/uploads
#1683971755
git log -3
#1683971842
cat REVISION
#1683971882
curl -I localhost
#1684408686
git log -3
#1684408729
who
#1684408792
ls
#1684408847
exit
#1684758055
ls
#1684758101
ls
#1685176178
cat REVISION
#1685176236
man crontab
#1685176319
history | grep sed
#1685176410
sudo systemctl reload nginx
#1685176500
exit
#1685176568
htop
#1685527648
curl -I localhost
#1685527688
sudo -i
#1685527737
cd /var/www/chat/current
#1685527794
vim.tiny ~/todo
#1685551645
tail -f /var/log/chat-worker.log
#1685551706
tail -f /var/log/chat-worker.log
#1685551747
exit
#1685782835
man crontab
#1685782945
man crontab
#1686320763
man crontab
#1686320855
exit
#1686481389
git log -3
#1686481433
git log -3
#1686481466
ls
#1686481550
curl -I localhost
#1686481627
sudo -i
#1687444746
cat REVISION
#1687444843
cd /var/www/chat/current
#1687444927
cd /var/www/chat/current
#1687445027
curl -I localhost
#1688143236
git log -3
#1688143353
history | grep sed
#1688143437
history | grep sed
#1688377048
cat REVISION
#1688377089
history | grep sed
#1688377155
cd /var/www/chat/current
#1688377218
sudo nginx -t
#1689003801
curl -I localhost
#1689003899
who
#1689003985
history | grep sed
#1689004010
sudo -i
#1689004098
sudo systemctl reload nginx
#1689428799
du -sh /var/www/chat/shared/uploads
#1689428884
ls
#1689428997
exit
#1689509140
ls -lt /var/www/chat/releases | head
#1689509252
ls
#1689509288
tail -f /var/log/chat-worker.log
#1689871597
ls
#1689871643
git log -3
#1689871670
cat REVISION
#1689871750
htop
#1690717421
tail -f /var/log/chat-worker.log
#1690717426
ls
#1690722590
cd /var/www/chat/current
#1690722703
man crontab
#1690819746
cat REVISION
#1690819797
who
#1690819832
git log -3
#1690819940
ls
#1690888285
sudo systemctl reload nginx
#1690888404
htop
#1690888452
tail -f /var/log/chat-worker.log
#1691326063
htop
#1691326137
sudo tail /var/log/php8.2-fpm-chat.log
#1691326183
sudo systemctl reload nginx
#1691326289
tail -f /var/log/chat-worker.log
#1691326401
vim.tiny ~/todo
#1692022718
git log -3
#1692022735
curl -I localhost
#1692287583
git log -3
#1692287601
sudo -i
#1692287653
du -sh /var/www/chat/shared/uploads
#1692610945
vim.tiny ~/todo
#1692610958
du -sh /var/www/chat/shared/uploads
#1692610965
who
#1693133682
tail -f /var/log/chat-worker.log
#1693133745
exit
#1693133795
sudo -i
#1693133895
sudo systemctl reload nginx
#1693142406
who
#1693142516
htop
#1693142613
cd /var/www/chat/current
#1693142697
exit
#1693142737
htop
#1693142775
cd /var/www/chat/current
#1693214320
sudo nginx -t
#1693214395
tail -f /var/log/chat-worker.log
#1693214477
git log -3
#1693214576
vim.tiny ~/todo
#1693214594
ls
#1693733558
du -sh /var/www/chat/shared/uploads
#1693733628
vim.tiny ~/todo
#1693733699
sudo systemctl reload nginx
#1693733782
sudo tail /var/log/php8.2-fpm-chat.log
#1693741592
sudo -i
#1693741692
sudo systemctl reload nginx
#1693741767
htop
#1694621545
who
#1694621611
sudo -i
#1694621687
history | grep sed
#1694621741
tail -f /var/log/chat-worker.log
#1694621768
tail -f /var/log/chat-worker.log
#1694621779
vim.tiny ~/todo
#1694947597
git log -3
#1694947634
git log -3
#1694947721
tail -f /var/log/chat-worker.log
#1694947812
sudo -i
#1695569365
ls
#1695569455
git log -3
#1696938095
curl -I localhost
#1696938145
sudo -i
#1696938160
exit
#1696938266
history | grep sed
#1696938360
sudo nginx -t
#1697384378
sudo nginx -t
#1697384456
du -sh /var/www/chat/shared/uploads
#1697968693
vim.tiny ~/todo
#1697968773
man crontab
#1697968854
vim.tiny ~/todo
#1698079130
sudo nginx -t
#1698079162
tail -f /var/log/chat-worker.log
#1698079274
who
#1698079391
tail -f /var/log/chat-worker.log
#1698079421
who
#1698079455
cd /var/www/chat/current
#1698225918
curl -I localhost
#1698226018
vim.tiny ~/todo
#1698226128
git log -3
#1698226195
cat REVISION
#1698226221
ls
